// The connection's policy: when to connect, when to give a socket up, how long to wait. The socket and
// the clock are handed in, so that tests need neither.

export interface Clock {
  now(): number;
  after(ms: number, run: () => void): () => void;
  random(): number;
  /** Whether somebody may be looking at the page. */
  visible(): boolean;
}

export interface SocketLike {
  send(text: string): void;
  close(code?: number): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

/** As in hotreload/live/channel.py. */
const closedForVersion = 4001;
/** The server ended the connection because of us, or of an error of its own: not at once again. */
const closedForError: ReadonlySet<number> = new Set([1003, 1007, 1008, 1009, 1011, 1013]);
/** The socket broke off, or never was one: no server has said why. */
const brokenOff: ReadonlySet<number> = new Set([1005, 1006, 1015]);

export type Status = 'connecting' | 'connected' | 'waiting';

/** Who answers at the server's address: it, nobody, or a program that is not it. */
export type Found = 'server' | 'nobody' | 'stranger';

export interface ConnectionHost {
  /** Find out whether the server answers at all, which costs less than a socket and says nothing. */
  probe(done: (found: Found) => void): void;
  connect(): SocketLike;
  /** The first frame to send. */
  hello(): string;
  receive(text: string): void;
  status(status: Status): void;
  /** The server and this runtime don't understand each other. */
  outdated(): void;
  /** The server ended the connection with an error code. */
  ended(code: number): void;
  /** The server answers, and yet no socket opens: something on the way refuses it. */
  refused(): void;
}

/** In milliseconds. The heartbeat stays under nginx's 60 s for a silent connection. */
export const pace = {
  heartbeat: 20_000,
  answer: 10_000,
  quickAnswer: 3_000,
  connect: 30_000,
  probe: 5_000,
  backOff: 100,
  longest: 10_000,
  /** While somebody looks and no server is there, for so many attempts: a restart should not be waited for. */
  longestVisible: 250,
  patience: 500,
};

/** Attempts after which the longest wait is reached. */
const settled = 7;

/** How long to wait before an attempt: at once, then exponentially with full jitter. */
export function backOff(attempts: number, random: number, eager: boolean): number {
  if (attempts === 0) return 0;
  const longest = eager && attempts < pace.patience ? pace.longestVisible : pace.longest;
  return random * Math.min(longest, pace.backOff * 2 ** Math.min(attempts, 16));
}

export class Connection {
  status: Status = 'waiting';
  private socket: SocketLike | null = null;
  private attempts = 0;
  private tries = 0;
  /**
   * Open a socket without asking first: the first time, and after a silence, since a question may
   * travel by a connection that the browser kept and that is as dead, and a socket never does.
   */
  private direct = true;
  /** Whether the server answered when it was asked before the socket that there is now. */
  private answered = false;
  private wasWelcomed = false;
  private unwelcome = 0;
  private lastHeard = 0;
  private deadline = Number.POSITIVE_INFINITY;
  private cancelTimer: () => void = () => {};
  private asking: ((answers: boolean) => void)[] = [];
  private readonly host: ConnectionHost;
  private readonly clock: Clock;

  constructor(host: ConnectionHost, clock: Clock) {
    this.host = host;
    this.clock = clock;
  }

  open(): void {
    this.become('connecting');
    const attempt = ++this.tries;
    if (this.direct) {
      this.direct = false;
      this.connect(false);
      return;
    }
    this.deadline = Number.POSITIVE_INFINITY;
    this.expect(pace.probe);
    this.host.probe((found) => {
      if (attempt !== this.tries || this.status !== 'connecting') return;
      if (found === 'server') return this.connect(true);
      // Another program has the address, which it may keep for long: it is not to be bothered.
      if (found === 'stranger') this.attempts = Math.max(this.attempts, settled);
      this.unanswered(found === 'nobody' && this.clock.visible());
    });
  }

  private connect(answers: boolean): void {
    this.answered = answers;
    let socket: SocketLike;
    try {
      socket = this.host.connect();
    } catch {
      // Where a policy forbids the socket; the page's modules must run all the same.
      this.lost();
      return;
    }
    this.socket = socket;
    this.deadline = Number.POSITIVE_INFINITY;
    this.expect(pace.connect);
    socket.onopen = () => {
      if (this.socket !== socket) return;
      this.deadline = Number.POSITIVE_INFINITY;
      this.expect(pace.answer);
      socket.send(this.host.hello());
    };
    socket.onmessage = ({ data }) => {
      if (this.socket !== socket || typeof data !== 'string') return;
      this.heard();
      this.host.receive(data);
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      if (code === closedForVersion) this.host.outdated();
      const forError = closedForError.has(code);
      if (forError) {
        this.host.ended(code);
        this.attempts = Math.max(this.attempts, 1);
      }
      if (answers && brokenOff.has(code)) this.count();
      this.lost(!forError && this.clock.visible());
    };
  }

  /** The server answered hello: from here on a loss is a new one. */
  welcomed(): void {
    this.attempts = 0;
    this.unwelcome = 0;
    this.wasWelcomed = true;
    this.become('connected');
    this.heard();
  }

  /** Nobody is there: sockets that were lost before that say nothing of whoever comes back. */
  private unanswered(eager?: boolean): void {
    this.unwelcome = 0;
    this.lost(eager);
  }

  /** A server that answers and a socket that is lost before its welcome: once may be chance. */
  private count(): void {
    if (this.status === 'connected') return;
    if (++this.unwelcome < (this.wasWelcomed ? 2 : 1)) return;
    this.unwelcome = 0;
    this.host.refused();
  }

  send(text: string): boolean {
    if (this.status !== 'connected' || !this.socket) return false;
    this.socket.send(text);
    return true;
  }

  /** Whether the server answers by the socket now; where there is none, it does not. */
  answers(): Promise<boolean> {
    if (this.status !== 'connected') return Promise.resolve(false);
    const answer = new Promise<boolean>((resolve) => this.asking.push(resolve));
    this.ping(pace.quickAnswer);
    return answer;
  }

  /** Something suggests that the connection may be dead, or may work again: find out. */
  check(): void {
    if (this.status === 'waiting') {
      this.attempts = 0;
      this.open();
    } else {
      this.tick();
      this.ping(pace.quickAnswer);
    }
  }

  /** The page itself goes away: what follows is no failure. Should it come back, `check` connects. */
  leave(): void {
    this.cancelTimer();
    const socket = this.socket;
    this.socket = null;
    this.status = 'waiting';
    this.tell(false);
    socket?.close(1000);
  }

  private heard(): void {
    if (this.status !== 'connected') return;
    this.tell(true);
    this.lastHeard = this.clock.now();
    this.deadline = Number.POSITIVE_INFINITY;
    this.wait(pace.heartbeat);
  }

  private tell(answers: boolean): void {
    for (const each of this.asking.splice(0)) each(answers);
  }

  private ping(answerWithin: number): void {
    if (!this.send('{"type":"ping"}')) return;
    this.expect(answerWithin);
  }

  private expect(ms: number): void {
    const now = this.clock.now();
    this.deadline = Math.min(this.deadline, now + ms);
    this.wait(this.deadline - now);
  }

  private wait(ms: number): void {
    this.cancelTimer();
    this.cancelTimer = this.clock.after(ms, () => this.tick());
  }

  /** By the clock on the wall, since timers stand still in a sleeping machine. */
  private tick(): void {
    const now = this.clock.now();
    if (now >= this.deadline) {
      const socket = this.socket;
      // On a network that has gone dark nothing is refused: nobody is there to do so.
      if (socket && this.answered) this.count();
      // What never opened is asked about first: only an answer tells a refusal from darkness.
      this.direct = !socket || this.status === 'connected';
      if (socket) this.lost();
      else this.unanswered();
      socket?.close();
    } else if (this.status === 'connected' && now - this.lastHeard >= pace.heartbeat) {
      this.ping(pace.answer);
    } else {
      this.wait(Math.max(0, Math.min(this.deadline - now, pace.heartbeat)));
    }
  }

  private lost(eager = this.clock.visible()): void {
    this.socket = null;
    this.tell(false);
    const delay = backOff(this.attempts, this.clock.random(), eager);
    this.attempts++;
    this.become('waiting');
    this.cancelTimer();
    this.cancelTimer = this.clock.after(delay, () => this.open());
  }

  private become(status: Status): void {
    if (this.status === status) return;
    this.status = status;
    this.host.status(status);
  }
}
