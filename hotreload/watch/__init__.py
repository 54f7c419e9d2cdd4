"""Watching: from what the system says of files to batches of dirty paths."""
