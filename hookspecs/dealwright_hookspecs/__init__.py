"""The contract between the core and its plugins; no code that works stands here."""
