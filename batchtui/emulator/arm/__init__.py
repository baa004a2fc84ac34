"""The account as Azure Resource Manager shows it."""
