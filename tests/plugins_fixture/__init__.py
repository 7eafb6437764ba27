"""Plugins that exist only for tests: made on the spot, or whole packages of the shape that real ones have."""
