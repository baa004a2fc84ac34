"""Small screens that ask something, or wait for something."""
