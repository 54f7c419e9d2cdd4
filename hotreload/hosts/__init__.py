"""Who hosts hot reload: a server, an ASGI app, a command behind it, a site generator."""
