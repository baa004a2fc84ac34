"""What is done to pools and nodes: what it is called, costs and asks, without a widget. Pure."""
