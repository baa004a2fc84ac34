"""Request bodies: read, checked as the service checks them, and completed with its defaults."""
