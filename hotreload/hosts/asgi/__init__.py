"""Hot reload inside an ASGI app."""
