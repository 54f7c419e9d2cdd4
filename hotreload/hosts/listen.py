"""Where to listen: all spellings of this machine at once, and what to say of anything wider."""

import errno
import os
import socket
from collections.abc import Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from hotreload.hosts.addresses import network_addresses
from hotreload.project.settings import Settings, SettingsError

PORTS_TRIED = 100

_LOOPBACK = ("127.0.0.1", "::1")
_CONTAINERS = ("/.dockerenv", "/run/.containerenv")
# Where the editor forwards the container's own loopback.
_FORWARDED = ("CODESPACES", "REMOTE_CONTAINERS", "GITPOD_WORKSPACE_ID")


def bind(settings: Settings) -> list[socket.socket]:
    """Listening sockets on the settings' port, or on the next free one.

    All have the same port: a stranger at ``[::1]`` would otherwise catch ``http://localhost``.

    Raises:
        SettingsError: no port is free, or the address is not this machine's.
    """
    addresses = _addresses(settings.host)
    tries = 1 if settings.strict_port else PORTS_TRIED
    ports = [0] * PORTS_TRIED if settings.port == 0 else range(settings.port, 65536)[:tries]
    for port in ports:
        try:
            return _listen_all(addresses, port)
        except PermissionError:
            raise SettingsError(
                f"port {port} may not be listened on: take one above 1023 "
                f"({settings.asked_by.port})"
            ) from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise SettingsError(
                    f"{settings.host} can't be listened on: {error.strerror or error}"
                ) from None
    raise SettingsError(
        f"port {settings.port} is in use: stop what uses it, or take another "
        f"({settings.asked_by.port})"
    )


def shown_url(host: str, port: int, base: str, scheme: str = "http") -> str:
    """The URL a developer opens."""
    name = "127.0.0.1" if host == "0.0.0.0" else "::1" if host == "::" else host
    return f"{scheme}://{f'[{name}]' if ':' in name else name}:{port}{base}"


def network_urls(settings: Settings, url: str) -> list[str]:
    """Where other machines find a server that this one finds at a URL."""
    parts = urlsplit(url)
    if is_loopback(settings.host):
        return []
    everywhere = settings.host in ("0.0.0.0", "::")
    addresses = network_addresses() if everywhere else [settings.host]
    port = parts.port or 0
    return [shown_url(address, port, settings.base, parts.scheme) for address in addresses]


def notices(settings: Settings, port: int, environ: Mapping[str, str]) -> Iterator[str]:
    """What a developer should know of who can reach the server."""
    if is_loopback(settings.host):
        contained = any(Path(mark).exists() for mark in _CONTAINERS)
        if contained and not any(name in environ for name in _FORWARDED):
            yield (
                f"unreachable from outside this container: add {settings.asked_by.everywhere}, "
                f"and publish the port with -p 127.0.0.1:{port}:{port}"
            )
        return
    url = shown_url(settings.host, port, settings.base, "https" if settings.tls else "http")
    at = next((f" at {address}" for address in network_urls(settings, url)), "")
    yield f"everyone on this network can read the served files{at}"


def preview_hosts(settings: Settings, environ: Mapping[str, str]) -> Iterator[str]:
    """The exact names under which Codespaces and Gitpod show this machine's ports."""
    ports = range(settings.port, settings.port + PORTS_TRIED) if settings.port else range(0)
    space = environ.get("CODESPACE_NAME")
    domain = environ.get("GITHUB_CODESPACES_PORT_FORWARDING_DOMAIN")
    if space and domain:
        yield from (f"{space}-{port}.{domain}" for port in ports)
    gitpod = urlsplit(environ.get("GITPOD_WORKSPACE_URL", "")).hostname
    if gitpod:
        yield from (f"{port}-{gitpod}" for port in ports)


def _addresses(host: str) -> tuple[str, ...]:
    if is_loopback(host):
        return _LOOPBACK if host in (*_LOOPBACK, "localhost") else (host,)
    return ("0.0.0.0", "::1") if host == "0.0.0.0" else (host,)


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _listen_all(addresses: tuple[str, ...], port: int) -> list[socket.socket]:
    listeners: list[socket.socket] = []
    try:
        for address in addresses:
            try:
                listeners.append(_listen(address, port))
            except OSError as error:
                missing = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPROTONOSUPPORT)
                if not listeners or error.errno not in missing:
                    raise
                continue  # a machine without IPv6
            port = listeners[0].getsockname()[1]
    except BaseException:
        for listener in listeners:
            listener.close()
        raise
    return listeners


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio sends small answers at once only where the protocol is named; connections would also
    # inherit the option.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if os.name == "posix":
            # So that a restart need not wait for the last connections' TIME_WAIT to pass.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(2048)
    except BaseException:
        listener.close()
        raise
    return listener
