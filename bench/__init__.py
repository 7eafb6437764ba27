"""Measurements against the bare page of the same kind (docs/manual/performance.md): ratios, never times. Not part of the product."""
