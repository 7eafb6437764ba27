"""The ground floor: database, workspaces, money, clock, errors, text, configuration. Knows nothing of sales or of the web."""
