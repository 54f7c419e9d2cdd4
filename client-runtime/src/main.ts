// The runtime: everything in the page, wired together.

import { base, normal, origin } from './address.ts';
import { apply, type Outcome } from './apply.ts';
import { assetPaths } from './assets.ts';
import { readBirth } from './birth.ts';
import { Connection, type SocketLike, type Status } from './connection.ts';
import { say } from './console.ts';
import { emit } from './events.ts';
import { watchFailures } from './failures.ts';
import { watchFetched } from './fetched.ts';
import { canLink } from './link.ts';
import { Modules, type Register } from './modules.ts';
import { configure, type Options } from './options.ts';
import { Page } from './page.ts';
import { setProblems } from './problems.ts';
import {
  type FromPage,
  SUBPROTOCOL,
  TOKEN_PREFIX,
  type ToPage,
  type Update,
  VERSION,
  type Welcome,
} from './protocol.ts';
import { reload, sayWhyReloaded } from './reload.ts';
import { stylePaths } from './styles.ts';

// The server puts its settings in this place.
declare const __HOTRELOAD_CONFIG__: { token: string; options: Options };

/** How long after the last module a page tells what it loaded, in milliseconds. */
const settle = 20;
const mostUnsent = 1000;

function start(): Register {
  const config = __HOTRELOAD_CONFIG__;
  configure(config.options);
  let { token } = config;
  const birth = readBirth();
  const page = new Page(birth.hash);
  const resources = new Map<string, string>();
  let { project, boot, rev } = birth;
  // As it was loaded: what a script puts in the address bar later is no page of the server's.
  const address = normal(location.pathname.slice(base.length - 1)) || '/';
  let queue: Promise<unknown> = Promise.resolve();
  /** What modules said while there was nobody to tell. */
  const unsent: FromPage[] = [];
  const failures = new Map<string, string>();

  const send = (frame: FromPage) => connection.send(JSON.stringify(frame));
  const tell = (frame: FromPage) => {
    if (!send(frame) && unsent.length < mostUnsent) unsent.push(frame);
  };
  const modules = new Modules(
    {
      invalidate: (path, message) => tell({ type: 'invalidate', path, message }),
      send: (event, data) => tell({ type: 'custom', event, data }),
    },
    () => setTimeout(hold, settle),
  );
  const host = {
    modules,
    page,
    canLink: canLink(),
    noteHash: (path: string, hash: string) => resources.set(path, hash),
  };

  function hold(): void {
    // Before the socket is open there is nobody to tell; hello tells it all.
    if (connection.status !== 'connected') return;
    const news = modules.takeNews();
    if (Object.keys(news).length > 0) send({ type: 'hold', modules: news, resources: {} });
  }

  function heldResources(): Record<string, string> {
    const held: Record<string, string> = Object.create(null);
    for (const path of [...stylePaths(), ...assetPaths()]) held[path] = resources.get(path) ?? '';
    return held;
  }

  function hello(): string {
    modules.takeNews();
    const frame: FromPage = {
      type: 'hello',
      version: VERSION,
      project,
      boot,
      rev,
      page: address,
      hash: page.hash,
      modules: modules.held(),
      resources: heldResources(),
    };
    return JSON.stringify(frame);
  }

  function welcome(frame: Welcome): void {
    ({ project, boot, rev } = frame);
    for (const [path, hash] of Object.entries(frame.resources)) resources.set(path, hash);
    const isNew = connection.status !== 'connected';
    connection.welcomed();
    hold();
    if (!isNew) return;
    say.debug('connected');
    for (const [path, message] of failures) send({ type: 'load-failed', path, message });
    for (const each of unsent.splice(0)) send(each);
  }

  function update(frame: Update): void {
    // Once it is here no connection can lose it, and a later welcome says something later.
    rev = frame.rev;
    queue = queue.then(async () => {
      const begun = performance.now();
      const { result, reason } = await apply(frame, host).catch(giveUp);
      send({ type: 'ack', rev: frame.rev, result, ms: performance.now() - begun, reason });
    });
  }

  /** Half an update is worse than a new page. */
  async function giveUp(error: unknown): Promise<Outcome> {
    say.error('an update could not be applied', error);
    const reason = `an update could not be applied: ${error}`;
    return { result: (await reload({ reason, chain: [] })) ? 'reloading' : 'failed', reason };
  }

  function receive(text: string): void {
    let frame: ToPage | null;
    try {
      frame = JSON.parse(text);
    } catch {
      say.warn('a frame that is no JSON was ignored');
      return;
    }
    switch (frame?.type) {
      case 'welcome':
        welcome(frame);
        return;
      case 'update':
        update(frame);
        return;
      case 'problems':
        setProblems(frame.problems);
        void emit('hotreload:error', frame);
        return;
      case 'custom':
        void emit(frame.event, frame.data);
        return;
      case 'pong':
        return;
      default:
        say.warn('a frame of an unknown type was ignored');
    }
  }

  const NativeWebSocket = WebSocket;
  let online = false;
  const connection = new Connection(
    {
      connect: () =>
        new NativeWebSocket(`${origin.replace(/^http/, 'ws')}${base}@hotreload/ws`, [
          SUBPROTOCOL,
          TOKEN_PREFIX + token,
        ]) as SocketLike,
      hello,
      receive,
      status: (status: Status) => {
        // Not for each attempt that fails: they are told what was, and is no more.
        if (status === 'connecting' || online === (status === 'connected')) return;
        online = status === 'connected';
        void emit(`hotreload:ws:${online ? 'connect' : 'disconnect'}`, {});
      },
      outdated: () => {
        const reason = 'the server speaks another version of the protocol now';
        void reload({ reason, chain: [] });
      },
      failed: async () => {
        // Whatever answers there now may be another server altogether.
        const answer = await fetch(`${base}@hotreload/status`)
          .then((response) => response.json())
          .catch(() => null);
        if (typeof answer?.token === 'string') token = answer.token;
      },
    },
    {
      now: () => Date.now(),
      after: (ms, run) => {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      random: () => Math.random(),
      visible: () => document.visibilityState === 'visible',
    },
  );

  watchFailures((path, message) => {
    // Each new connection is told: it is as true as it was.
    failures.set(path, message);
    send({ type: 'load-failed', path, message });
  });
  watchFetched();
  sayWhyReloaded();
  connection.open();
  addEventListener('pagehide', () => connection.leave());
  addEventListener('pageshow', (event) => event.persisted && connection.check());
  addEventListener('online', () => connection.check());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') connection.check();
  });

  return modules.register;
}

/** In a worker there is no page to update; only what served code calls must be there. */
const registerInWorker: Register = (meta) => {
  Object.assign(meta, {
    import: (specifier: unknown) => import(new URL(String(specifier), meta.url).href),
  });
};

/** Called by the first line of every served module. */
export const module: Register = typeof document === 'undefined' ? registerInWorker : start();
