"""The access matrix and the proof that no page escapes the record rule."""
