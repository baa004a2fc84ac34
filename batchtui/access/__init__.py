"""Who we are, and how we get into a node."""
