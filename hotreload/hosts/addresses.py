"""The addresses by which other machines reach this one."""

import socket
from ipaddress import ip_address


def network_addresses() -> list[str]:
    """This machine's IPv4 addresses in networks, the one it reaches others from first."""
    found: dict[str, None] = {}
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            # Nothing is sent: the system only chooses where from. The address is for documentation.
            probe.connect(("192.0.2.1", 9))
            found[probe.getsockname()[0]] = None
        except OSError:
            pass  # no network at all
    try:
        named = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
    except OSError:
        named = []
    found.update(dict.fromkeys(str(address[0]) for *_, address in named))
    return [address for address in found if not ip_address(address).is_loopback]
