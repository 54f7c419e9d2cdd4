"""Pure functions from a file's text to what is found in it, and to what a browser gets."""
