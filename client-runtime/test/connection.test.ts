import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  backOff,
  type Clock,
  Connection,
  pace,
  type SocketLike,
  type Status,
} from '../src/connection.ts';

/** A clock that a test moves; `sleep` moves it as a sleeping machine does: its timers stand still. */
class FakeClock implements Clock {
  time = 1_000_000;
  chance = 1;
  seen = false;
  private timers: { due: number; run: () => void }[] = [];

  now(): number {
    return this.time;
  }

  random(): number {
    return this.chance;
  }

  visible(): boolean {
    return this.seen;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { due: this.time + ms, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((other) => other !== timer);
    };
  }

  pass(ms: number): void {
    const until = this.time + ms;
    for (;;) {
      const [next] = this.timers.filter(({ due }) => due <= until).sort((a, b) => a.due - b.due);
      if (!next) break;
      this.timers = this.timers.filter((other) => other !== next);
      this.time = Math.max(this.time, next.due);
      next.run();
    }
    this.time = until;
  }

  sleep(ms: number): void {
    this.time += ms;
    for (const timer of this.timers) timer.due += ms;
  }

  get pending(): number {
    return this.timers.length;
  }
}

class FakeSocket implements SocketLike {
  sent: string[] = [];
  closed: (number | undefined)[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  send(text: string): void {
    this.sent.push(text);
  }

  close(code?: number): void {
    this.closed.push(code);
  }

  get pings(): number {
    return this.sent.filter((text) => JSON.parse(text).type === 'ping').length;
  }
}

class Bench {
  readonly clock = new FakeClock();
  readonly sockets: FakeSocket[] = [];
  readonly statuses: Status[] = [];
  readonly received: string[] = [];
  readonly ended: number[] = [];
  probes = 0;
  refusals = 0;
  /** What a probe finds: that the server answers, that it doesn't, or nothing for now. */
  answers: boolean | null = true;
  late: (answers: boolean) => void = () => {};
  outdated = 0;
  refuse = false;
  readonly connection = new Connection(
    {
      probe: (done) => {
        this.probes++;
        this.late = done;
        if (this.answers !== null) done(this.answers);
      },
      connect: () => {
        if (this.refuse) throw new Error('no socket here');
        const socket = new FakeSocket();
        this.sockets.push(socket);
        return socket;
      },
      hello: () => '{"type":"hello"}',
      receive: (text) => {
        this.received.push(text);
        if (text === 'welcome') this.connection.welcomed();
      },
      status: (status) => this.statuses.push(status),
      outdated: () => this.outdated++,
      ended: (code) => this.ended.push(code),
      refused: () => this.refusals++,
    },
    this.clock,
  );

  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    assert.ok(socket, 'no socket was ever opened');
    return socket;
  }

  /** Let the last socket open, and the server answer. */
  connect(): FakeSocket {
    this.socket.onopen?.();
    this.hear('welcome');
    return this.socket;
  }

  hear(text: string): void {
    this.socket.onmessage?.({ data: text });
  }

  drop(code = 1006): void {
    this.socket.onclose?.({ code });
  }
}

function connected(): Bench {
  const bench = new Bench();
  bench.connection.open();
  bench.connect();
  return bench;
}

test('a socket that opens says hello, and is connected once it is welcomed', () => {
  const bench = new Bench();
  bench.connection.open();
  assert.deepEqual(bench.socket.sent, []);
  bench.socket.onopen?.();
  assert.deepEqual(bench.socket.sent, ['{"type":"hello"}']);
  assert.equal(bench.connection.send('early'), false);
  bench.hear('welcome');
  assert.equal(bench.connection.send('now'), true);
  assert.deepEqual(bench.socket.sent, ['{"type":"hello"}', 'now']);
  assert.deepEqual(bench.statuses, ['connecting', 'connected']);
});

test('what is no text is not received', () => {
  const bench = connected();
  bench.socket.onmessage?.({ data: new ArrayBuffer(4) });
  assert.deepEqual(bench.received, ['welcome']);
});

test('a silent connection is asked, and an answer keeps it', () => {
  const bench = connected();
  for (let beat = 1; beat <= 5; beat++) {
    bench.clock.pass(pace.heartbeat);
    assert.equal(bench.socket.pings, beat);
    bench.hear('pong');
  }
  assert.equal(bench.sockets.length, 1);
});

test('a connection on which something is heard is not asked', () => {
  const bench = connected();
  for (let i = 0; i < 10; i++) {
    bench.clock.pass(pace.heartbeat / 2);
    bench.hear('update');
  }
  assert.equal(bench.socket.pings, 0);
});

test('a connection that does not answer in time is given up for another', () => {
  const bench = connected();
  const silent = bench.socket;
  bench.clock.pass(pace.heartbeat + pace.answer - 1);
  assert.equal(bench.connection.status, 'connected');
  bench.clock.pass(1);
  assert.deepEqual(silent.closed, [undefined]);
  assert.equal(bench.sockets.length, 2);
  bench.connect();
  assert.equal(bench.connection.status, 'connected');
});

test('after a sleep the clock on the wall says that the answer is overdue', () => {
  const bench = connected();
  bench.clock.pass(pace.heartbeat);
  assert.equal(bench.socket.pings, 1);
  bench.clock.sleep(3_600_000);
  bench.connection.check();
  bench.clock.pass(0);
  assert.equal(bench.sockets.length, 2);
});

test('after a sleep between two heartbeats the connection is asked first', () => {
  const bench = connected();
  bench.clock.sleep(3_600_000);
  bench.connection.check();
  assert.ok(bench.socket.pings > 0);
  assert.equal(bench.sockets.length, 1);
  bench.hear('pong');
  bench.clock.pass(pace.quickAnswer);
  assert.equal(bench.sockets.length, 1);
});

test('a check asks with a short deadline, which further checks do not put off', () => {
  const bench = connected();
  bench.connection.check();
  bench.clock.pass(pace.quickAnswer / 2);
  bench.connection.check();
  bench.clock.pass(pace.quickAnswer / 2);
  assert.equal(bench.sockets.length, 2);
});

test('a check while waiting connects at once', () => {
  const bench = connected();
  for (let i = 0; i < 8; i++) {
    bench.drop();
    bench.clock.pass(i === 7 ? 0 : pace.longest);
  }
  const before = bench.sockets.length;
  assert.equal(bench.connection.status, 'waiting');
  bench.connection.check();
  assert.equal(bench.sockets.length, before + 1);
  bench.clock.pass(pace.longest);
  assert.equal(bench.sockets.length, before + 1, 'the timer of the attempt before still ran');
});

test('a check while connecting opens no second socket', () => {
  const bench = new Bench();
  bench.connection.open();
  bench.connection.check();
  assert.equal(bench.sockets.length, 1);
});

test('a check finds a connecting that a sleep interrupted', () => {
  const bench = new Bench();
  bench.connection.open();
  bench.clock.sleep(pace.connect);
  bench.connection.check();
  bench.clock.pass(0);
  assert.equal(bench.sockets.length, 2);
});

test('a socket that never opens is given up', () => {
  const bench = new Bench();
  bench.connection.open();
  bench.clock.pass(pace.connect - 1);
  assert.equal(bench.sockets.length, 1);
  bench.clock.pass(1);
  assert.equal(bench.sockets.length, 2);
});

test('a server that never answers hello is given up, whatever else it says', () => {
  const bench = new Bench();
  bench.connection.open();
  bench.clock.pass(pace.connect - 1);
  bench.socket.onopen?.();
  bench.clock.pass(pace.answer - 1);
  bench.hear('something else');
  assert.equal(bench.sockets.length, 1);
  bench.clock.pass(1);
  assert.equal(bench.sockets.length, 2);
});

test('the first attempt after a loss is made at once, the others back off', () => {
  const bench = connected();
  const waits: number[] = [];
  for (let i = 0; i < 12; i++) {
    bench.drop();
    const count = bench.sockets.length;
    let waited = 0;
    bench.clock.pass(0);
    while (bench.sockets.length === count) {
      bench.clock.pass(50);
      waited += 50;
    }
    waits.push(waited);
  }
  assert.deepEqual(waits.slice(0, 9), [0, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  bench.connect();
  bench.drop();
  bench.clock.pass(0);
  assert.equal(bench.socket.sent.length, 0, 'after a welcome it is made at once again');
  assert.equal(bench.connection.status, 'connecting');
});

test('a socket that opens without being welcomed does not reset the back-off', () => {
  const bench = connected();
  for (let i = 0; i < 6; i++) {
    bench.drop();
    bench.clock.pass(pace.longest);
    bench.socket.onopen?.();
  }
  bench.drop();
  const count = bench.sockets.length;
  bench.clock.pass(pace.backOff * 2 ** 6 - 1);
  assert.equal(bench.sockets.length, count);
});

test('the wait has full jitter and an upper limit', () => {
  assert.equal(backOff(0, 1, false), 0);
  for (let attempts = 1; attempts < 2000; attempts = attempts * 2 + 1) {
    assert.equal(backOff(attempts, 0, false), 0);
    const longest = backOff(attempts, 1, false);
    assert.ok(longest > 0 && longest <= 10_000);
    assert.equal(backOff(attempts, 0.25, false), longest / 4);
  }
});

test('while the page is seen the wait is short, though not for ever', () => {
  assert.equal(backOff(10, 1, true), pace.longestVisible);
  assert.equal(backOff(pace.patience, 1, true), pace.longest);
});

test('a server of another protocol version is told apart from a loss', () => {
  const bench = connected();
  bench.socket.onclose?.({ code: 1012 });
  assert.equal(bench.outdated, 0);
  bench.clock.pass(pace.longest);
  bench.socket.onclose?.({ code: 4001 });
  assert.equal(bench.outdated, 1);
});

test('leaving closes the socket, is no failure, and starts nothing', () => {
  const bench = connected();
  const socket = bench.socket;
  bench.connection.leave();
  assert.deepEqual(socket.closed, [1000]);
  socket.onclose?.({ code: 1000 });
  bench.clock.pass(3_600_000);
  assert.equal(bench.sockets.length, 1);
  assert.equal(bench.clock.pending, 0);
  assert.equal(bench.probes, 0);
});

test('a page that comes back from the back/forward cache connects again', () => {
  const bench = connected();
  bench.connection.check();
  bench.connection.leave();
  bench.clock.sleep(3_600_000);
  bench.connection.check();
  assert.equal(bench.sockets.length, 2);
  bench.clock.pass(pace.connect - 1);
  bench.connect();
  assert.equal(bench.connection.status, 'connected');
  bench.clock.pass(pace.heartbeat);
  assert.equal(bench.socket.pings, 1);
});

test('what an old socket still says is ignored', () => {
  const bench = connected();
  const old = bench.socket;
  bench.drop();
  bench.clock.pass(0);
  bench.connect();
  old.onopen?.();
  old.onmessage?.({ data: 'late' });
  old.onclose?.({ code: 1006 });
  assert.equal(bench.connection.status, 'connected');
  assert.equal(bench.sockets.length, 2);
  assert.deepEqual(bench.received, ['welcome', 'welcome']);
  assert.equal(old.sent.length, 1);
});

test('a socket that cannot be made is a failed attempt, not an error in the page', () => {
  const bench = new Bench();
  bench.refuse = true;
  bench.connection.open();
  assert.equal(bench.connection.status, 'waiting');
  bench.clock.pass(0);
  assert.equal(bench.connection.status, 'waiting');
  bench.refuse = false;
  bench.clock.pass(pace.longest);
  bench.connect();
  assert.equal(bench.connection.status, 'connected');
});

test('while the server does not answer no socket is tried', () => {
  const bench = connected();
  bench.answers = false;
  bench.drop();
  bench.clock.pass(60_000);
  assert.equal(bench.sockets.length, 1);
  assert.ok(bench.probes > 5);
  bench.answers = true;
  bench.clock.pass(pace.longest);
  bench.connect();
  assert.equal(bench.connection.status, 'connected');
  assert.equal(bench.refusals, 0);
});

test('an answer that comes after the attempt was given up opens nothing', () => {
  const bench = connected();
  bench.answers = null;
  bench.drop();
  bench.clock.pass(0);
  const late = bench.late;
  bench.clock.pass(pace.probe + pace.backOff * 2);
  assert.equal(bench.sockets.length, 2, 'after a silence a socket is tried without asking');
  late(true);
  assert.equal(bench.sockets.length, 2);
  bench.connect();
  bench.drop();
  bench.clock.pass(0);
  bench.connection.leave();
  bench.late(true);
  assert.equal(bench.sockets.length, 2);
});

test('a socket that a server which answers never lets open is refused on the way', () => {
  const bench = new Bench();
  bench.connection.open();
  bench.drop();
  assert.equal(bench.refusals, 0, 'the server may just not have been there');
  bench.clock.pass(0);
  bench.drop();
  assert.equal(bench.refusals, 1);
});

test('once there was a socket, one that breaks off may be chance', () => {
  const bench = connected();
  bench.drop();
  bench.clock.pass(0);
  bench.drop();
  assert.equal(bench.refusals, 0);
  bench.clock.pass(pace.longest);
  bench.connect();
  bench.drop();
  bench.clock.pass(0);
  bench.drop();
  assert.equal(bench.refusals, 0, 'a welcome starts the count again');
  bench.clock.pass(pace.longest);
  bench.drop();
  assert.equal(bench.refusals, 1);
});

test('a socket that opens and carries nothing is refused on the way too', () => {
  const bench = new Bench();
  bench.connection.open();
  bench.drop();
  bench.clock.pass(0);
  bench.socket.onopen?.();
  bench.clock.pass(pace.answer);
  assert.equal(bench.refusals, 1);
});

for (const [code, told, waits] of [
  [1000, false, false],
  [1001, false, false],
  [1005, false, false],
  [1006, false, false],
  [1012, false, false],
  [4002, false, false],
  [1008, true, true],
  [1009, true, true],
  [1011, true, true],
  [1013, true, true],
] as const) {
  test(`after the close code ${code} it connects again${waits ? ', though not at once' : ' at once'}`, () => {
    const bench = connected();
    bench.drop(code);
    assert.deepEqual(bench.ended, told ? [code] : []);
    bench.clock.pass(0);
    assert.equal(bench.sockets.length, waits ? 1 : 2);
    bench.clock.pass(pace.longest);
    assert.equal(bench.sockets.length, 2);
    assert.equal(bench.refusals, 0);
  });
}

test('a server that ends each connection for an error is asked less and less, although it is seen', () => {
  const bench = connected();
  bench.clock.seen = true;
  bench.clock.chance = 0.5;
  for (const wait of [100, 200, 400, 800]) {
    bench.drop(1008);
    const before = bench.sockets.length;
    bench.clock.pass(wait - 1);
    assert.equal(bench.sockets.length, before);
    bench.clock.pass(1);
    assert.equal(bench.sockets.length, before + 1);
  }
});
