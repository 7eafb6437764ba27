"""The web-shop bridge: orders in, deals and quotes out. The manifest stands in plugin."""
