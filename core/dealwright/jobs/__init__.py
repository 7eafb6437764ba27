"""Work after the commit: job rows, the outbox of events, and the runner that takes both. It knows no plugin and no feature."""
