"""Measurements against the bare page of the same kind (python -m bench): ratios, never times. Not part of the product."""
