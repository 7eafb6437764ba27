"""Products and services and what suppliers ask for them. Not owned: whoever may read products sees them all."""
