"""What the runtime may do in the pages; each option is a setting of the same meaning."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuntimeOptions:
    """The runtime's options, as its file carries them; the same as in its ``options.ts``.

    Args:
        overlay: show what is wrong with the source, over the page.
        status: show in a corner when the page has lost its server.
        heartbeat: seconds of silence after which each side makes sure of the other.
    """

    overlay: bool = True
    status: bool = True
    # Well below the 60 s after which nginx closes a silent connection.
    heartbeat: float = 20.0
