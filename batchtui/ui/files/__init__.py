"""A node's files beside those of this machine: how they are reached, and what is on its way."""
