#!/usr/bin/env bash
# Flask 3.1.3 (Werkzeug 3.1.9) with watchdog 7.1.0, Linux: `flask run --debug` does not restart after an edit. With
# watchdog 6.0.0 it restarts within two seconds, and without watchdog within three.
#
# Flask's documentation recommends watchdog, which Werkzeug's reloader takes where it is installed. Werkzeug watches the
# folders of all imported modules, the standard library and site-packages among them, recursively. There watchdog 7.1.0
# says, over and over, "Inotify queue overflowed; filesystem events were lost" and "reconciling recursive watches
# below …" (with fs.inotify.max_queued_events at its default of 16384); the event of the edit is lost among those.
#
# Seen: "watchdog 6.0.0: restarted, no overflow", "watchdog 7.1.0: not restarted within 20 s, overflows".
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" -q --disable-pip-version-check install flask==3.1.3 werkzeug==3.1.9
mkdir "$folder/app"
cat > "$folder/try.py" <<'PY'
import os, pathlib, signal, socket, subprocess, sys, time, urllib.request

folder, version = pathlib.Path(sys.argv[1]), sys.argv[2]
app = folder / "app/app.py"
app.write_text('from flask import Flask\napp = Flask(__name__)\n\n\n@app.get("/")\ndef home():\n    return "one"\n')
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
log = open(folder / "log", "w+")
server = subprocess.Popen(
    [folder / "venv/bin/flask", "run", "--debug", "--port", str(port)],
    cwd=folder / "app", stdout=log, stderr=log, start_new_session=True,
)

def answer():
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as response:
            return response.read().decode()
    except OSError:
        return ""

def wait_for(word, seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if answer() == word:
            return True
        time.sleep(0.2)
    return False

try:
    assert wait_for("one", 20), "the app does not answer"
    time.sleep(3)  # the reloader has begun to watch by then
    app.write_text(app.read_text().replace("one", "two"))
    restarted = wait_for("two", 20)
finally:
    os.killpg(server.pid, signal.SIGKILL)
log.seek(0)
overflows = "queue overflowed" in log.read()
print(f"watchdog {version}: {'restarted' if restarted else 'not restarted within 20 s'}, "
      f"{'overflows' if overflows else 'no overflow'}")
sys.exit((restarted, overflows) != (version == "6.0.0", version != "6.0.0"))
PY
for version in 6.0.0 7.1.0; do
  "$folder/venv/bin/pip" -q --disable-pip-version-check install "watchdog==$version"
  "$folder/venv/bin/python" "$folder/try.py" "$folder" "$version"
done
