"""What uvicorn's two HTTP parsers cost: `python -m bench.parsers [MODULES]`.

Requests of a page's modules over six connections, as browsers open them, to this server with h11 as
it is configured, and with httptools, if that is installed, as it comes.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

import uvicorn

from hotreload.hosts.engine import Engine
from hotreload.project.settings import Settings
from hotreload.web.app import DevApp
from hotreload.web.limits import HTTP_PROTOCOL

CONNECTIONS = 6
ROUNDS = 5


def make_site(root: Path, modules: int) -> None:
    for number in range(modules):
        (root / f"m{number}.js").write_text(f"export const n = {number};\n" * 20)


async def fetch(port: int, numbers: range) -> None:
    """Ask for modules one after the other over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number in numbers:
        writer.write(
            f"GET /m{number}.js HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: keep-alive\r\n"
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140 Safari\r\n"
            "Accept: */*\r\nSec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n"
            "Sec-Fetch-Dest: script\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n".encode()
        )
        head = await reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200"), head
        length = next(
            line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length")
        )
        await reader.readexactly(int(length.split(b":")[1]))
    writer.close()
    await writer.wait_closed()


async def measure(root: Path, modules: int, http: object) -> float:
    """Seconds for all modules, the best of several rounds after one to warm up."""
    engine = Engine(Settings(root))
    app = DevApp(engine.site, engine.guard, engine.live, engine.journal)
    config = uvicorn.Config(
        app,
        http=http,  # type: ignore[arg-type]
        ws="none",
        port=0,
        log_config=None,
        access_log=False,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - it has no event to wait for
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    times = []
    for _ in range(ROUNDS + 1):
        begin = time.perf_counter()
        share = [range(start, modules, CONNECTIONS) for start in range(CONNECTIONS)]
        await asyncio.gather(*(fetch(port, numbers) for numbers in share))
        times.append(time.perf_counter() - begin)
    server.should_exit = True
    await serving
    return statistics.median(times[1:])


def main() -> None:
    modules = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    parsers: dict[str, object] = {"h11, as configured": HTTP_PROTOCOL}
    if find_spec("httptools"):
        parsers["httptools"] = "httptools"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        make_site(root, modules)
        for name, http in parsers.items():
            seconds = asyncio.run(measure(root, modules, http))
            print(f"{name}: {modules} modules in {seconds * 1000:.0f} ms, "
                  f"{seconds / modules * 1e6:.0f} µs each")  # fmt: skip


if __name__ == "__main__":
    main()
