"""Files copied between this machine and nodes."""
