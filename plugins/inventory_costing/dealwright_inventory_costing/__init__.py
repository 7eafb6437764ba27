"""Costing from stock entries. The manifest stands in plugin."""
