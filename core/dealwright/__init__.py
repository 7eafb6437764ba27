"""Dealwright: a small sales core and a plugin host. The parts stand on floors; see docs/architecture.md."""
