"""What the runtime may do in the pages; each option is a setting of the same meaning."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RuntimeOptions:
    """The runtime's options, as its file carries them; the same as in its ``options.ts``.

    Args:
        overlay: show what is wrong with the source, over the page.
    """

    overlay: bool = True
