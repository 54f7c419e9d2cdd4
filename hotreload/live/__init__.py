"""Open pages: what they hold, what a batch of changes means for them, and the socket's frames."""
