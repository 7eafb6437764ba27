"""A whole plugin for tests, of the shape that real ones have: every kind of declared object."""
