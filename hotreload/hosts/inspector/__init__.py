"""The inspector: a page that shows what the server knows, at ``/@hotreload/``."""
