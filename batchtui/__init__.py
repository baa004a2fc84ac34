"""batchtui: a keyboard-driven terminal application for operators of Azure Batch."""

__version__ = "0.1.0"
