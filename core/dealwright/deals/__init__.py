"""Deals: possible sales, the stages they go through, what came of them."""
