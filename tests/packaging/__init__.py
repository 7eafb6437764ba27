"""Wheels, built and installed into fresh environments."""
