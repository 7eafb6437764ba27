"""Jobs, the outbox and the runner."""
