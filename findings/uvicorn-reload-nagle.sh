#!/usr/bin/env bash
# uvicorn 0.40.0 on CPython 3.11+: with --reload or --workers, an answer on a kept connection whose head and body are
# two writes takes some 40 ms; without either, a fraction of one.
#
# Config.bind_socket makes the listening socket by socket.socket(family=…): its `proto` is 0. asyncio turns Nagle's
# algorithm off only for sockets whose `proto` is IPPROTO_TCP (base_events._set_nodelay), and accepted sockets have
# the listening one's. So the body waits for the client's delayed acknowledgement of the head.
#
# Seen on Linux 6: "plain 0.4 ms, --reload 44.0 ms, --workers 44.0 ms".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install uvicorn==0.40.0
cd "$folder"
cat > app.py <<'PY'
async def app(scope, receive, send):
    if scope["type"] == "http":
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
        await send({"type": "http.response.body", "body": b"ok"})
PY
cat > ask.py <<'PY'
import os, signal, socket, statistics, subprocess, sys, time

def milliseconds(*options):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", "app:app", "--lifespan", "off", "--log-level", "error", "--port", str(port), *options],
        start_new_session=True,
    )
    try:
        for _ in range(200):
            try:
                kept = socket.create_connection(("127.0.0.1", port), timeout=10)
                break
            except OSError:
                time.sleep(0.05)
        took = []
        for _ in range(21):
            begin = time.perf_counter()
            kept.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            received = b""
            while not received.endswith(b"ok"):
                received += kept.recv(65536)
            took.append((time.perf_counter() - begin) * 1000)
        return statistics.median(took)
    finally:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()

plain, reload, workers = milliseconds(), milliseconds("--reload"), milliseconds("--workers", "2")
print(f"plain {plain:.1f} ms, --reload {reload:.1f} ms, --workers {workers:.1f} ms")
sys.exit(not (plain < 10 and reload > 30 and workers > 30))
PY
"$folder/venv/bin/python" ask.py
