"""Personal follow-up mails to the people behind chosen deals. The manifest stands in plugin."""
