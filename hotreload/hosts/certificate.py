"""A certificate for HTTPS on one's own machine, made by ``trustme`` (the extra ``https``).

Its authority is made once and kept, so that a browser has to be told to trust it once only.
"""

import datetime
import socket
import ssl
from ipaddress import ip_address
from pathlib import Path

from hotreload.hosts.addresses import network_addresses
from hotreload.project.identity import state_folder, write_private
from hotreload.project.options import TlsFiles
from hotreload.project.settings import SettingsError

# Some browsers take no certificate that is valid for longer (CA/Browser Forum, 6.3.2).
_DAYS = 397
_NAMES = ("localhost", "*.localhost", "127.0.0.1", "::1")


def given_certificate(certificate: Path, key: Path | None) -> TlsFiles:
    """One that the user has.

    Raises:
        SettingsError: the files can't be read, or don't belong together.
    """
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, lambda: b"")
    except OSError as error:
        reason = getattr(error, "reason", None) or error.strerror or error
        raise SettingsError(
            f"{certificate}{f' and {key}' if key else ''}: no certificate with its key: {reason}"
        ) from None
    return TlsFiles(certificate, key)


def own_certificate(host: str, names: tuple[str, ...] = ()) -> TlsFiles:
    """One for this machine, signed by an authority that is made at the first time.

    Args:
        host: the address that is listened on.
        names: further host names of the server.

    Raises:
        SettingsError: ``trustme`` is not installed, or nothing can be kept.
    """
    try:
        import trustme
    except ImportError:
        raise SettingsError(
            "a certificate can't be made without trustme: pip install 'hotreload-server[https]', "
            "or give one with --cert and --key"
        ) from None
    folder = state_folder() / "https"
    authority, secret = folder / "authority.pem", folder / "authority.key"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if authority.is_file() and secret.is_file():
            signer = trustme.CA.from_pem(authority.read_bytes(), secret.read_bytes())
        else:
            signer = trustme.CA(organization_name="hotreload", organization_unit_name="local")
            write_private(secret, signer.private_key_pem.bytes())
            write_private(authority, signer.cert_pem.bytes())
        now = datetime.datetime.now(datetime.UTC)
        issued = signer.issue_cert(
            *_identities(host, names), not_after=now + datetime.timedelta(days=_DAYS)
        )
        # Both in one file: servers that start at the same time never mix theirs up.
        made = folder / "server.pem"
        write_private(made, issued.private_key_and_cert_chain_pem.bytes())
    except (OSError, ValueError) as error:
        raise SettingsError(f"no certificate could be kept in {folder}: {error}") from None
    return TlsFiles(made, None, authority)


def _identities(host: str, names: tuple[str, ...]) -> list[str]:
    own = (socket.gethostname(), *network_addresses())
    wanted = [*_NAMES, *own, host, *(name.removeprefix(".") for name in names)]
    return [name for name in dict.fromkeys(wanted) if name and not _is_unspecified(name)]


def _is_unspecified(name: str) -> bool:
    try:
        return ip_address(name).is_unspecified
    except ValueError:
        return name == "*"
