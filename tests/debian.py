"""Debian's packages, installed where that is allowed and without starting what they hold."""

import os
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

# Packages ask this script whether they may start their services: see invoke-rc.d(8).
POLICY = Path("/usr/sbin/policy-rc.d")
NOT_ALLOWED = "#!/bin/sh\n# hotreload's tests start what they need themselves\nexit 101\n"


def install(packages: Iterable[str]) -> bool:
    """Install packages with apt-get; False where that can't be, or fails.

    No service is started, on a machine that has none of them yet.
    """
    names = list(packages)
    root = as_root()
    if root is None or shutil.which("apt-get") is None:
        return False
    print(f"Installing {', '.join(names)} with apt-get …", flush=True)
    apt = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    with services_stay_off(root):
        subprocess.run([*apt, "update"], stdout=subprocess.DEVNULL, check=False)
        command = [*apt, "-y", "install", "--no-install-recommends", *names]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    return done.returncode == 0


def as_root() -> list[str] | None:
    """What to begin a command with so that root runs it, unasked, or None where that can't be."""
    if os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run([*sudo, "true"], capture_output=True, check=False).returncode == 0
    return sudo if allowed else None


@contextmanager
def services_stay_off(root: list[str]) -> Iterator[None]:
    """While this lasts, installing a package starts nothing; a policy that is there is kept."""
    if POLICY.exists():
        yield
        return
    write = [*root, "sh", "-c", f"cat > {POLICY} && chmod 755 {POLICY}"]
    subprocess.run(write, input=NOT_ALLOWED, text=True, check=False)
    try:
        yield
    finally:
        subprocess.run([*root, "rm", "-f", str(POLICY)], check=False)
