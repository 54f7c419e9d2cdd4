"""A crowd of clients in a process of its own, which costs the machine as little as it can.

Each reads its connection to the end of every frame and says when a large one was whole, as a page
does; but none keeps, decodes or runs what it got.
"""

import asyncio
import base64
import json
import multiprocessing
import os
import struct
import time
from multiprocessing.connection import Connection

# Frames of at least this size are the updates that are waited for.
LARGE = 10_000
_HEAD_END = b"\r\n\r\n"
_PING, _PONG = 9, 10
# So much of a frame is looked at: which one it is comes first.
_TEXT = 64
# What is read goes there, whoever reads it, and is looked at before anybody else reads.
_BUFFER = memoryview(bytearray(1 << 18))


class Listener(asyncio.BufferedProtocol):
    """One page, as far as the server can tell.

    Args:
        port, token: the server's.
        crowd: is told of its updates.
    """

    def __init__(self, port: int, token: str, crowd: "Crowd") -> None:
        self._port = port
        self._token = token
        self._crowd = crowd
        self._upgraded = False
        # What has come and can't be read without what follows.
        self._unread = b""
        # Of the frame that is being read: its opcode, size and first bytes, and what is to come.
        self._kind = self._size = self._rest = 0
        self._text = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        transport.write(
            f"GET /@hotreload/ws HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n"
            f"Sec-WebSocket-Protocol: hotreload, hr.{self._token}\r\n\r\n".encode()
        )

    def get_buffer(self, sizehint: int) -> memoryview:
        return _BUFFER

    def buffer_updated(self, nbytes: int) -> None:
        if self._rest > nbytes:
            self._rest -= nbytes
            return
        at = self._rest
        if at:
            self._finish()
        data = self._unread + bytes(_BUFFER[at:nbytes])
        if not self._upgraded:
            head, end, rest = data.partition(_HEAD_END)
            if not end:
                self._unread = data
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self._upgraded, data = True, rest
            hello = {"type": "hello", "version": 1, "project": "", "boot": "", "rev": 0}
            self._send({**hello, "page": "/", "hash": "", "resources": {}})
        self._unread = self._read(data)

    def _read(self, data: bytes) -> bytes:
        """Read the frames that begin here; returns what is too short to be read."""
        while len(data) >= 2:
            self._size, start = data[1], 2
            if self._size == 126 and len(data) >= 4:
                self._size, start = struct.unpack_from("!H", data, 2)[0], 4
            elif self._size == 127 and len(data) >= 10:
                self._size, start = struct.unpack_from("!Q", data, 2)[0], 10
            end = start + self._size
            if len(data) < min(end, start + _TEXT):
                break
            self._kind, self._text = data[0] & 15, data[start : min(end, start + _TEXT)]
            if end > len(data):
                self._rest = end - len(data)
                return b""
            self._finish()
            data = data[end:]
        return data

    def _finish(self) -> None:
        """A frame is whole."""
        self._rest = 0
        if self._kind == _PING:
            self._write(_PONG, self._text)
        elif self._size >= LARGE:
            self._crowd.heard()
            rev = int(self._text[: self._text.index(b",", 20)].rpartition(b":")[2])
            self._send({"type": "ack", "rev": rev, "result": "applied", "ms": 0})
        elif self._text.startswith(b'{"type":"problems"'):
            self._crowd.greeted()

    def _send(self, frame: dict[str, object]) -> None:
        self._write(1, json.dumps(frame).encode())

    def _write(self, kind: int, data: bytes) -> None:
        # With a mask of zeros, which leaves what is sent as it is (RFC 6455, 5.3).
        length = bytes([0x80 | len(data)])
        if len(data) >= 126:
            length = b"\xfe" + struct.pack("!H", len(data))
        self._transport.write(bytes([0x80 | kind]) + length + b"\0\0\0\0" + data)


class Crowd:
    """Many listeners, and when each of them had the update that was sent last."""

    def __init__(self, port: int, token: str, count: int) -> None:
        self._address = port, token
        self._count = count
        self._times: list[float] = []
        self._there = 0
        self._done = asyncio.Event()

    def greeted(self) -> None:
        self._there += 1
        if self._there == self._count:
            self._done.set()

    def heard(self) -> None:
        self._times.append(time.time())
        if len(self._times) == self._count:
            self._done.set()

    async def come(self) -> None:
        """Connect, some at a time."""
        loop = asyncio.get_running_loop()
        port, token = self._address
        for start in range(0, self._count, 50):
            some = range(min(50, self._count - start))
            each = (
                loop.create_connection(lambda: Listener(port, token, self), "127.0.0.1", port)
                for _ in some
            )
            await asyncio.gather(*each)
        await self._done.wait()

    async def round(self) -> list[float]:
        """When each had the next update, by the clock on the wall."""
        self._done.clear()
        if len(self._times) < self._count:
            await self._done.wait()
        times, self._times = self._times, []
        return times


def attend(port: int, token: str, count: int, rounds: int, pipe: Connection) -> None:
    """The clients' process: tells when all are there, and for each round when each had it.

    At the end it tells how much CPU time that took it, in seconds.
    """

    async def run() -> None:
        crowd = Crowd(port, token, count)
        await crowd.come()
        pipe.send("ready")
        before = time.process_time()
        for _ in range(rounds):
            pipe.send(await crowd.round())
        pipe.send(time.process_time() - before)

    asyncio.run(run())


def gather(
    port: int, token: str, count: int, rounds: int
) -> tuple[multiprocessing.Process, Connection]:
    """Start the clients; returns once all are connected."""
    here, there = multiprocessing.Pipe()
    arguments = (port, token, count, rounds, there)
    clients = multiprocessing.Process(target=attend, args=arguments, daemon=True)
    clients.start()
    there.close()
    assert here.recv() == "ready"
    return clients, here
