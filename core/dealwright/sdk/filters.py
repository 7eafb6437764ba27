"""The condition tree for plugins: read from JSON, check against fields of their own, evaluate, say in words. Nothing is stored here."""

from dealwright.filters.check import ALLOWED, check
from dealwright.filters.describe import describe
from dealwright.filters.evaluate import evaluate, unknown_fields
from dealwright.filters.tree import And, Condition, Not, Or, Tree, read, write
from dealwright.records.entity import Field

__all__ = [
    "ALLOWED",
    "And",
    "Condition",
    "Field",
    "Not",
    "Or",
    "Tree",
    "check",
    "describe",
    "evaluate",
    "read",
    "unknown_fields",
    "write",
]
