"""The core's schema history (Alembic): `versions/` holds one revision file a step; plugins have their own."""

from pathlib import Path

from dealwright.kernel.migration import Distribution

CORE = Distribution("dealwright", Path(__file__).parent)
HEAD = "notifications"
"""The newest revision, as a constant so that a request need not load Alembic; a test compares it with the files."""
