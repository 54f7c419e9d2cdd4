"""A real nginx before a server, on a free port, with its files in a folder of the test's."""

import subprocess
import time
from pathlib import Path
from typing import Self
from urllib.error import URLError
from urllib.request import urlopen

from tests import tools
from tests.project import free_port

SECONDS = 10
UPGRADE = """
      proxy_http_version 1.1;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection "upgrade";
"""


class Nginx:
    """One nginx in the foreground.

    Args:
        folder: empty, for its configuration, logs and temporary files.
        target: port of the server behind it.
        prefix: path under which the site is shown, with its slashes.
        strip: take that prefix away from what is passed on.
        upgrade: pass WebSockets on, as its documentation says.
        timeout: `proxy_read_timeout` and `proxy_send_timeout` in seconds; None for the default, 60.
        certificate: PEM file with key and chain, for https.
    """

    def __init__(
        self,
        folder: Path,
        target: int,
        *,
        prefix: str = "/",
        strip: bool = False,
        upgrade: bool = True,
        timeout: float | None = None,
        certificate: Path | None = None,
    ) -> None:
        self.port = free_port()
        self.url = f"{'https' if certificate else 'http'}://127.0.0.1:{self.port}{prefix}"
        self._folder = folder
        self._status = free_port()
        folder.mkdir()
        limits = ""
        if timeout is not None:
            milliseconds = round(timeout * 1000)
            limits = f"proxy_read_timeout {milliseconds}ms; proxy_send_timeout {milliseconds}ms;"
        tls = ""
        if certificate is not None:
            tls = f"ssl_certificate {certificate}; ssl_certificate_key {certificate};"
        (folder / "nginx.conf").write_text(f"""
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
  server {{
    listen 127.0.0.1:{self.port}{" ssl" if certificate else ""};
    {tls}
    location {prefix} {{
      proxy_pass http://127.0.0.1:{target}{"/" if strip else ""};
      proxy_set_header Host $http_host;
      {UPGRADE if upgrade else ""}
      {limits}
    }}
  }}
  server {{ listen 127.0.0.1:{self._status}; location / {{ return 204; }} }}
}}
""")

    def __enter__(self) -> Self:
        program = tools.find("nginx")
        assert program is not None, tools.say_missing("nginx")
        command: list[str | Path] = [program, "-p", self._folder, "-c", self._folder / "nginx.conf"]
        self._process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + SECONDS
        while not self._answers():
            failed = self._process.poll() is not None or time.monotonic() > deadline
            assert not failed, f"nginx did not start: {self._log()}"
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(SECONDS)
        assert self._process.stderr is not None
        self._process.stderr.close()

    def _answers(self) -> bool:
        try:
            with urlopen(f"http://127.0.0.1:{self._status}/", timeout=SECONDS):
                return True
        except (URLError, OSError):
            time.sleep(0.02)
            return False

    def _log(self) -> str:
        log = self._folder / "error.log"
        return log.read_text() if log.exists() else ""
