"""What a page and the server have to agree on before the first frame; see ``docs/protocol.md``."""

VERSION = 1
SUBPROTOCOL = "hotreload"
TOKEN_PREFIX = "hr."
# A hello with twenty thousand modules fits.
MAX_FRAME_BYTES = 2 * 1024 * 1024
