"""Steps that are their fields, and no more."""

from batchtui.ui.steps.base import Step


class NameStep(Step):
    """What the pool is called."""

    step = "name"
