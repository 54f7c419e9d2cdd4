"""`python -m bench.front`: what `hotreload run` adds to a request, beside the server alone.

A server of Node answers the same page over kept connections, asked directly and through us in
turns: as a script of the page asks, and as a browser that opens it.
"""

import argparse
import http.client
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.node import node
from tests.runproject import RunProject

TARGET_MS = 1.0
SERVER = """\
const page = '<!doctype html><html><head><title>a</title></head><body>' + '<p>text</p>'.repeat(300);
require('http').createServer((request, response) => {
  response.setHeader('content-type', request.url === '/' ? 'text/html' : 'application/json');
  response.end(page);
}).listen(process.argv[2], '127.0.0.1');
"""
KINDS = {
    "data": ("/data", {"accept": "application/json", "sec-fetch-dest": "empty"}),
    "page": (
        "/",
        {"accept": "text/html", "sec-fetch-dest": "document", "sec-fetch-mode": "navigate"},
    ),
}


def milliseconds(
    connection: http.client.HTTPConnection, path: str, headers: dict[str, str]
) -> float:
    """How long one answer takes, to its end."""
    began = time.perf_counter()
    connection.request("GET", path, headers=headers)
    response = connection.getresponse()
    response.read()
    assert response.status == 200
    return (time.perf_counter() - began) * 1000


def main() -> int:
    """Measure, print, and say by the exit status whether the target is met."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=400, help="Requests of each kind.")
    options = parser.parse_args()
    met = True
    with TemporaryDirectory(prefix="hotreload-bench-") as folder:
        project = RunProject(Path(folder) / "app", Path(folder) / "state")
        project.write({"server.js": SERVER})
        project.words = (str(node()), "server.js", "PORT")
        project.start()
        try:
            for kind, (path, headers) in KINDS.items():
                ports = (project.upstream_port, project.port)
                connections = [http.client.HTTPConnection("127.0.0.1", port) for port in ports]
                took: list[list[float]] = [[], []]
                for _ in range(options.rounds + 20):
                    for times, connection in zip(took, connections, strict=True):
                        times.append(milliseconds(connection, path, headers))
                direct, ours = (statistics.median(times[20:]) for times in took)
                met = met and ours - direct <= TARGET_MS
                print(f"{kind}: {direct:.2f} ms alone, {ours:.2f} ms through hotreload run")
        finally:
            project.close()
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
