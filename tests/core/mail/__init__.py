"""Mail: letters, the account, sending, what happened to it."""
