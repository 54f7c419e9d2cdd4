"""The process of one engine: a V8 with one program, asked line by line.

Run by :mod:`hotreload.plugins.languages.engine`, whose protocol this is: each line of the standard
input is a JSON array of seconds and a JavaScript expression, and each is answered by one line of
the standard output, a JSON array of a word and a text: ``["ok", result]``, ``["failed", message]``
for a mistake of the program, ``["memory", ""]`` when it took too much and this process ends.
It imports nothing of the package, so that it starts quickly.
"""

import asyncio
import faulthandler
import json
import os
import signal
import sys
import threading
from pathlib import Path
from queue import Empty, SimpleQueue

# V8 compiles what has run often: this lets the first edit be nearly as quick as the later ones.
WARM_UPS = 500
# Seconds without a request after which it is idle.
IDLE_SECONDS = 0.1
# The exit status of who has no V8.
NO_V8 = 3
# What the standard error of who took too long has in it, followed by where it was.
TIMED_OUT = "Timeout ("


def _read(requests: "SimpleQueue[str]") -> None:
    for line in sys.stdin:
        requests.put(line)
    # Nobody is there to be answered, whatever V8 is doing.
    os._exit(0)


async def _serve(program: Path, limit: int, requests: "SimpleQueue[str]") -> None:
    try:
        from py_mini_racer import JSOOMException, MiniRacer

        v8 = MiniRacer()
        v8.set_hard_memory_limit(limit)
        v8.eval(f"{program.read_text('utf-8')};0")  # noqa: ASYNC240 - nothing else waits
    except ImportError:
        os._exit(NO_V8)
    except Exception as error:  # of the library's own classes: whoever asks says so
        requests.get()
        print(json.dumps(("failed", f"V8 does not start: {error}")), flush=True)
        os._exit(2)
    warm_ups = WARM_UPS
    pause = IDLE_SECONDS
    while True:
        # Nothing else is waiting for this loop, and V8 answers it soonest.
        try:
            line = requests.get(timeout=pause if warm_ups else None)
        except Empty:
            pause = 0.0
            warm_ups -= 1
            v8.eval("warmUp()")
            continue
        pause = IDLE_SECONDS
        seconds, code = json.loads(line)
        # What runs in V8 can't be interrupted from this thread.
        faulthandler.dump_traceback_later(seconds, exit=True)
        try:
            answer = ("ok", str(v8.eval(code)))
        except JSOOMException:
            answer = ("memory", "")
        except Exception as error:  # of several classes; nothing may keep the answer back
            # What follows is the line of the program: all of it.
            answer = ("failed", str(error).partition("\n")[0])
        faulthandler.cancel_dump_traceback_later()
        print(json.dumps(answer), flush=True)
        if answer[0] == "memory":
            os._exit(0)


if __name__ == "__main__":
    # Who stops the server by the keyboard ends this by the end of its input.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _requests: "SimpleQueue[str]" = SimpleQueue()
    # From the start, so that nobody who asks waits for V8 to be loaded.
    threading.Thread(target=_read, args=[_requests], daemon=True).start()
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2]), _requests))
