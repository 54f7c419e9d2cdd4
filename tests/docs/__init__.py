"""The documentation is held to what it says: its samples run, its tables are those of the code."""
