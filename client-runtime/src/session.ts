// This page's end of its session: what it tells the server, and what becomes of what it is told.

import { type ApplyHost, apply, type Outcome, refetchOf } from './apply.ts';
import { hearFetched } from './assets/fetched.ts';
import { Away } from './connection/away.ts';
import { Connection, type Status } from './connection/connection.ts';
import { Holdings } from './connection/holdings.ts';
import {
  type FromPage,
  type Problems,
  type Synced,
  type ToPage,
  type Update,
  VERSION,
  type Welcome,
} from './connection/protocol.ts';
import { UpdateQueue } from './connection/queue.ts';
import { Server } from './connection/server.ts';
import { forgetExplained } from './errors/errors.ts';
import { parses } from './modules/check.ts';
import { canLink } from './modules/link.ts';
import { Modules } from './modules/modules.ts';
import { preload } from './modules/preload.ts';
import { type Birth, hasAddress } from './page/birth.ts';
import { Page } from './page/page.ts';
import { reload } from './page/reload.ts';
import { RenderedPage } from './page/rendered.ts';
import { base, normal } from './shared/address.ts';
import { say } from './shared/console.ts';
import { emit } from './shared/events.ts';
import { errorPatience, isPrevented } from './shared/veto.ts';
import { setProblems } from './ui/problems.ts';
import { showStatus } from './ui/status.ts';

/** How long after the last module a page tells what it loaded, in milliseconds. */
const settle = 20;
const mostUnsent = 1000;

const clock = {
  now: () => Date.now(),
  after: (ms: number, run: () => void) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  visible: () => document.visibilityState === 'visible',
};

export class Session {
  /** As it was loaded: what a script puts in the address bar later is no page of the server's. */
  readonly address = hasAddress ? normal(location.pathname.slice(base.length - 1)) || '/' : '';
  readonly modules: Modules;
  readonly holdings: Holdings;
  readonly connection: Connection;
  private readonly server = new Server();
  private readonly page: Page;
  private readonly host: ApplyHost;
  private readonly queue: UpdateQueue;
  private readonly project: string;
  private boot: string;
  private rev: number;
  private readonly away = new Away();
  private online = false;
  /** What modules said while there was nobody to tell. */
  private readonly unsent: FromPage[] = [];
  private readonly failures = new Map<string, string>();
  private readonly syncs = new Map<string, (synced: Synced) => void>();
  private problemFrames = 0;

  /** `env` is what `import.meta.env` gives modules. */
  constructor(birth: Birth, env: Readonly<Record<string, unknown>>) {
    ({ project: this.project, boot: this.boot, rev: this.rev } = birth);
    const holdSoon = () => void setTimeout(() => this.hold(), settle);
    this.queue = new UpdateQueue(
      (update) => this.apply(update),
      (modules, rev) => this.tell({ type: 'invalidate', modules, rev }),
    );
    this.modules = new Modules(
      {
        invalidate: (path, message) => this.queue.invalidate(path, message),
        send: (event, data) => this.tell({ type: 'custom', event, data }),
      },
      holdSoon,
      env,
    );
    this.holdings = new Holdings(this.modules, holdSoon);
    this.page = new Page(birth.hash, birth.page);
    this.host = {
      modules: this.modules,
      page: this.page,
      rendered:
        birth.rendered &&
        new RenderedPage(birth.rendered, this.page, location.href, (changed) =>
          this.queue.after(() => this.refetch(changed)),
        ),
      canLink: canLink(),
      noteHash: (path, hash) => this.holdings.note(path, hash),
      holds: (path, hash) => this.holdings.holds(path, hash),
    };
    this.connection = new Connection(
      {
        probe: (done) => this.server.probe(done),
        connect: () => this.server.connect(),
        refused: () => this.server.refused(),
        hello: () => this.hello(),
        receive: (text) => this.receive(text),
        status: (status) => this.become(status),
        outdated: () => {
          const reason = 'the server speaks another version of the protocol now';
          void reload({ reason, chain: [] });
        },
        ended: (code) => say.warn(`the server ended the connection (${code}): see its terminal`),
      },
      clock,
    );
  }

  /** Whether the server answers: by the socket first, since no policy is in its way. */
  async answers(): Promise<boolean> {
    return (await this.connection.answers()) || (await this.server.answers());
  }

  /** Tell the server, now or when it is back. */
  tell(frame: FromPage): void {
    if (!this.send(frame) && this.unsent.length < mostUnsent) this.unsent.push(frame);
  }

  /** A script of the page never ran; each new connection is told, since it is as true as it was. */
  tellFailed(path: string, message: string): void {
    this.failures.set(path, message);
    this.send({ type: 'load-failed', path, message });
  }

  /** Settles when every change made until now has reached this page, whatever happens meanwhile. */
  sync(): Promise<Synced> {
    const id = String(Math.random());
    // What it has loaded by now is part of what has to be up to date.
    hearFetched();
    this.hold();
    return new Promise((resolve) => {
      this.syncs.set(id, resolve);
      this.send({ type: 'sync', id });
    });
  }

  private send(frame: FromPage): boolean {
    return this.connection.send(JSON.stringify(frame));
  }

  private hello(): string {
    const frame: FromPage = {
      type: 'hello',
      version: VERSION,
      project: this.project,
      boot: this.boot,
      rev: this.rev,
      page: this.address,
      hash: this.page.coming ?? this.page.hash,
      ...this.holdings.takeAll(),
    };
    return JSON.stringify(frame);
  }

  private hold(): void {
    // Before the socket is open there is nobody to tell; hello tells it all.
    if (this.connection.status !== 'connected') return;
    const held = this.holdings.takeNews();
    if (held) this.send({ type: 'hold', ...held });
  }

  private receive(text: string): void {
    let frame: ToPage | null;
    try {
      frame = JSON.parse(text);
    } catch {
      say.warn('a frame that is no JSON was ignored');
      return;
    }
    switch (frame?.type) {
      case 'welcome':
        this.welcome(frame);
        return;
      case 'update':
        this.update(frame);
        return;
      case 'preload': {
        const coming = frame;
        void this.host.canLink.then((can) => can && preload(coming));
        return;
      }
      case 'problems':
        void this.problems(frame);
        return;
      case 'check': {
        const { key } = frame;
        void parses(frame).then((parses) => {
          if (parses !== null) this.send({ type: 'checked', key, parses });
        });
        return;
      }
      case 'custom':
        void emit(frame.event, frame.data);
        return;
      case 'pong':
        return;
      case 'synced':
        this.synced(frame);
        return;
      default:
        say.warn('a frame of an unknown type was ignored');
    }
  }

  private welcome(frame: Welcome): void {
    ({ boot: this.boot, rev: this.rev } = frame);
    for (const [path, hash] of Object.entries(frame.resources)) this.holdings.note(path, hash);
    const isNew = this.connection.status !== 'connected';
    this.connection.welcomed();
    this.hold();
    if (!isNew) return;
    void this.page.prepare();
    say.debug('connected');
    const missed = this.away.back(Date.now());
    if (missed) say.info(`the server is back: this page was without it for ${missed}`);
    for (const [path, message] of this.failures) this.send({ type: 'load-failed', path, message });
    for (const each of this.unsent.splice(0)) this.send(each);
    for (const id of this.syncs.keys()) this.send({ type: 'sync', id });
  }

  private update(frame: Update): void {
    // Once it is here no connection can lose it, and a later welcome says something later.
    this.rev = frame.rev;
    this.modules.expect([...frame.modules, ...frame.fresh]);
    this.page.coming = frame.pages.at(-1)?.hash ?? this.page.coming;
    this.queue.add(frame);
  }

  private async apply(frame: Update): Promise<void> {
    const begun = performance.now();
    const { result, reason } = await apply(frame, this.host).catch(giveUp);
    this.modules.applied([...frame.modules, ...frame.fresh]);
    // Before somebody saves again: the next plan depends on what is accepted now.
    this.hold();
    this.send({ type: 'ack', rev: frame.rev, result, ms: performance.now() - begun, reason });
  }

  private async refetch(changed: string): Promise<void> {
    await apply(refetchOf(changed, this.rev), this.host).catch(giveUp);
  }

  private synced(frame: Synced): void {
    const done = this.syncs.get(frame.id);
    this.syncs.delete(frame.id);
    // What only this server can tell it of its own HTML belongs to that.
    this.queue.after(() => void this.page.prepare().then(() => done?.(frame)));
  }

  private async problems(frame: Problems): Promise<void> {
    const count = ++this.problemFrames;
    const { length } = frame.problems;
    const quiet =
      length > 0 && (await isPrevented('hotreload:error', 'hotreload:error', frame, errorPatience));
    if (count !== this.problemFrames) return;
    setProblems(frame.problems, quiet);
    forgetExplained();
  }

  private become(status: Status): void {
    // Not for each attempt that fails: they are told what was, and is no more.
    if (status === 'connecting') return;
    showStatus(status === 'connected' ? status : navigator.onLine ? 'reconnecting' : 'offline');
    if (this.online === (status === 'connected')) return;
    this.online = status === 'connected';
    if (!this.online) this.away.lost(Date.now());
    void emit(`hotreload:ws:${this.online ? 'connect' : 'disconnect'}`, {});
  }
}

/** Half an update is worse than a new page. */
async function giveUp(error: unknown): Promise<Outcome> {
  say.error('an update could not be applied', error);
  const reason = `an update could not be applied: ${error}`;
  return { result: (await reload({ reason, chain: [] })) ? 'reloading' : 'failed', reason };
}
