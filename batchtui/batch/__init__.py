"""All that this program knows of Azure Batch."""
