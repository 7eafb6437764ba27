"""Quotes: lines with prices, taxes, costs and margin; their totals; and what the counting quote says of its deal."""
