"""Kinds of faults."""

# Those of a node's state are called as the state is.
START_IGNORED = "startignored"
NODE_ERROR = "nodeerror"
RESIZE = "resize"
STOPPED = "resizestopped"
AUTOSCALE = "autoscale"
IMAGE_ENDED = "imageended"
IMAGE_ENDS = "imageends"
ACCOUNT = "account"
