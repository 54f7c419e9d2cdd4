import assert from 'node:assert/strict';
import {
  type Clock,
  Connection,
  type Found,
  type SocketLike,
  type Status,
} from '../src/connection/connection.ts';

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

export class FakeSocket implements SocketLike {
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

export class Bench {
  readonly clock = new FakeClock();
  readonly sockets: FakeSocket[] = [];
  readonly statuses: Status[] = [];
  readonly received: string[] = [];
  readonly ended: number[] = [];
  probes = 0;
  refusals = 0;
  /** What a probe finds: that the server answers, that it doesn't, or nothing for now. */
  answers: Found | null = 'server';
  late: (found: Found) => void = () => {};
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

export function connected(): Bench {
  const bench = new Bench();
  bench.connection.open();
  bench.connect();
  return bench;
}
