"""Files on their way between this machine and nodes of the account that is open."""
