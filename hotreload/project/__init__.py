"""The project: what it is told, which URL is which file, who imports whom, what a change means."""
