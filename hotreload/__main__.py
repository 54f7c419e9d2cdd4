"""``python -m hotreload``."""

from hotreload.cli import main

main()
