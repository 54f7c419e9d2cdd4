// The runtime: everything in the page, wired together.

import { apply, type Outcome, refetchOf } from './apply.ts';
import { assetPaths } from './assets/assets.ts';
import { hearFetched, nothing, watchFetched } from './assets/fetched.ts';
import { access } from './connection/access.ts';
import { watchServer } from './connection/answers.ts';
import { Away } from './connection/away.ts';
import { Connection, pace, type SocketLike, type Status } from './connection/connection.ts';
import { Probe } from './connection/probe.ts';
import {
  type FromPage,
  type Problems,
  SUBPROTOCOL,
  type Synced,
  TOKEN_PREFIX,
  type ToPage,
  type Update,
  VERSION,
  type Welcome,
} from './connection/protocol.ts';
import { UpdateQueue } from './connection/queue.ts';
import { StreamSocket } from './connection/stream.ts';
import { forgetExplained, watchErrors } from './errors/errors.ts';
import { watchFailures } from './errors/failures.ts';
import { forwardConsole } from './errors/forward.ts';
import { parses } from './modules/check.ts';
import { canLink } from './modules/link.ts';
import { Modules, type Register } from './modules/modules.ts';
import { preload } from './modules/preload.ts';
import { mapTexts } from './modules/resolve.ts';
import { hasAddress, readBirth } from './page/birth.ts';
import { Page } from './page/page.ts';
import { reload, reloadFrames, sayWhyReloaded } from './page/reload.ts';
import { RenderedPage } from './page/rendered.ts';
import { base, normal, origin } from './shared/address.ts';
import { say } from './shared/console.ts';
import { emit } from './shared/events.ts';
import { configure, type Options, options } from './shared/options.ts';
import { errorPatience, isPrevented } from './shared/veto.ts';
import { stylePaths, watchStyles } from './styles/styles.ts';
import { setProblems } from './ui/problems.ts';
import { showPending, showStatus } from './ui/status.ts';
import { registerIn } from './worker.ts';

// The server puts its settings in this place.
declare const __HOTRELOAD_CONFIG__: {
  token: string;
  options: Options;
  env: Record<string, unknown>;
  /** The shared workers that have changed, and the version to ask for each by. */
  workers: Record<string, string>;
};
// Once in the bundle, so that it is one place.
const config = __HOTRELOAD_CONFIG__;

/** How long after the last module a page tells what it loaded, in milliseconds. */
const settle = 20;
const mostUnsent = 1000;
const refusedText = `WebSockets are refused on the way to the server; updates come by HTTP instead. \
Behind nginx, add: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; \
proxy_set_header Connection "upgrade"; proxy_set_header Host $http_host;`;

interface Runtime {
  register: Register;
  sync(): Promise<Synced>;
}

function start(): Runtime {
  configure(config.options);
  pace.heartbeat = options.heartbeat * 1000;
  pace.answer = pace.heartbeat / 2;
  access.token = config.token;
  const birth = readBirth();
  const page = new Page(birth.hash, birth.page);
  const rendered =
    birth.rendered &&
    new RenderedPage(birth.rendered, page, location.href, (changed) =>
      queue.after(async () => void (await apply(refetchOf(changed, rev), host).catch(giveUp))),
    );
  const resources = new Map<string, string>();
  const { project } = birth;
  let { boot, rev } = birth;
  // As it was loaded: what a script puts in the address bar later is no page of the server's.
  const address = hasAddress ? normal(location.pathname.slice(base.length - 1)) || '/' : '';
  /** What modules said while there was nobody to tell. */
  const unsent: FromPage[] = [];
  const failures = new Map<string, string>();
  const syncs = new Map<string, (synced: Synced) => void>();
  const news = new Set<string>();
  /** What did not come, of which the server was told since the last hello. */
  const lacking = new Set<string>();
  const away = new Away();
  let problemFrames = 0;

  const send = (frame: FromPage) => connection.send(JSON.stringify(frame));
  const tell = (frame: FromPage) => {
    if (!send(frame) && unsent.length < mostUnsent) unsent.push(frame);
  };
  const modules = new Modules(
    {
      invalidate: (path, message) => queue.invalidate(path, message),
      send: (event, data) => tell({ type: 'custom', event, data }),
    },
    () => setTimeout(hold, settle),
    config.env,
  );
  const host = {
    modules,
    page,
    rendered,
    canLink: canLink(),
    noteHash: (path: string, hash: string) => resources.set(path, hash),
    holds: (path: string, hash: string) => {
      hearFetched();
      return resources.get(path) === hash;
    },
  };

  function noteFetched(path: string, hash: string): void {
    if (hash !== nothing) lacking.delete(path);
    if (resources.get(path) === hash || (hash === '' && modules.loaded.has(path))) return;
    resources.set(path, hash);
    if (hash === nothing) {
      // Once told it is sent again at once, which may go wrong for ever if something blocks it.
      if (lacking.has(path)) return;
      lacking.add(path);
    }
    if (news.add(path).size === 1) setTimeout(hold, settle);
  }

  function hold(): void {
    // Before the socket is open there is nobody to tell; hello tells it all.
    if (connection.status !== 'connected') return;
    const loaded = modules.takeNews();
    const fetched = hashes(news);
    news.clear();
    const tables = [loaded.modules, loaded.acceptances, fetched];
    if (tables.every((table) => Object.keys(table).length === 0)) return;
    send({ type: 'hold', ...loaded, resources: fetched, maps: mapTexts() });
  }

  function hashes(paths: Iterable<string>): Record<string, string> {
    const found: Record<string, string> = Object.create(null);
    for (const path of paths) found[path] = resources.get(path) ?? '';
    return found;
  }

  function hello(): string {
    hearFetched();
    news.clear();
    lacking.clear();
    const frame: FromPage = {
      type: 'hello',
      version: VERSION,
      project,
      boot,
      rev,
      page: address,
      hash: page.coming ?? page.hash,
      ...modules.takeAll(),
      resources: hashes([...stylePaths(), ...assetPaths(), ...resources.keys()]),
      maps: mapTexts(),
    };
    return JSON.stringify(frame);
  }

  function welcome(frame: Welcome): void {
    ({ boot, rev } = frame);
    for (const [path, hash] of Object.entries(frame.resources)) resources.set(path, hash);
    const isNew = connection.status !== 'connected';
    connection.welcomed();
    hold();
    if (!isNew) return;
    void page.prepare();
    say.debug('connected');
    const missed = away.back(Date.now());
    if (missed) say.info(`the server is back: this page was without it for ${missed}`);
    for (const [path, message] of failures) send({ type: 'load-failed', path, message });
    for (const each of unsent.splice(0)) send(each);
    for (const id of syncs.keys()) send({ type: 'sync', id });
  }

  function update(frame: Update): void {
    // Once it is here no connection can lose it, and a later welcome says something later.
    rev = frame.rev;
    modules.expect([...frame.modules, ...frame.fresh]);
    page.coming = frame.pages.at(-1)?.hash ?? page.coming;
    queue.add(frame);
  }

  const queue = new UpdateQueue(
    async (frame) => {
      const begun = performance.now();
      const { result, reason } = await apply(frame, host).catch(giveUp);
      modules.applied([...frame.modules, ...frame.fresh]);
      // Before somebody saves again: the next plan depends on what is accepted now.
      hold();
      send({ type: 'ack', rev: frame.rev, result, ms: performance.now() - begun, reason });
    },
    (invalidated, during) => tell({ type: 'invalidate', modules: invalidated, rev: during }),
  );

  /** Half an update is worse than a new page. */
  async function giveUp(error: unknown): Promise<Outcome> {
    say.error('an update could not be applied', error);
    const reason = `an update could not be applied: ${error}`;
    return { result: (await reload({ reason, chain: [] })) ? 'reloading' : 'failed', reason };
  }

  function synced(frame: Synced): void {
    const done = syncs.get(frame.id);
    syncs.delete(frame.id);
    // What only this server can tell it of its own HTML belongs to that.
    queue.after(() => void page.prepare().then(() => done?.(frame)));
  }

  /** Settles when every change made until now has reached this page, whatever happens meanwhile. */
  function sync(): Promise<Synced> {
    const id = String(Math.random());
    // What it has loaded by now is part of what has to be up to date.
    hearFetched();
    hold();
    return new Promise((resolve) => {
      syncs.set(id, resolve);
      send({ type: 'sync', id });
    });
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
      case 'preload':
        void host.canLink.then((can) => can && preload(frame));
        return;
      case 'problems':
        void problems(frame);
        return;
      case 'check':
        void parses(frame).then((parses) => {
          if (parses !== null) send({ type: 'checked', key: frame.key, parses });
        });
        return;
      case 'custom':
        void emit(frame.event, frame.data);
        return;
      case 'pong':
        return;
      case 'synced':
        synced(frame);
        return;
      default:
        say.warn('a frame of an unknown type was ignored');
    }
  }

  async function problems(frame: Problems): Promise<void> {
    const count = ++problemFrames;
    const { length } = frame.problems;
    const quiet =
      length > 0 && (await isPrevented('hotreload:error', 'hotreload:error', frame, errorPatience));
    if (count !== problemFrames) return;
    setProblems(frame.problems, quiet);
    forgetExplained();
  }

  const NativeWebSocket = WebSocket;
  let online = false;
  let streams = false;
  let toldRefused = false;
  const tellRefused = (text: string) => {
    if (!toldRefused) say.warn(text);
    toldRefused = true;
  };
  let unwelcome: unknown;
  const { longestVisible } = pace;
  /** It is no use to ask again soon: somebody has to start the server in another way. */
  const tellUnwelcome = (why: unknown) => {
    pace.longestVisible = why === undefined ? longestVisible : pace.longest;
    if (why !== undefined && why !== unwelcome) {
      say.error(`the server does not update this page: ${why}`);
    }
    unwelcome = why;
  };
  let strange = false;
  const own = `${base}@hotreload/`;
  // The server can't tell by itself where the page that asks comes from; nor does every address.
  const probe = new Probe(`${origin}${own}status?origin=${encodeURIComponent(self.origin)}`);
  const connection = new Connection(
    {
      probe: (done) => {
        void probe.ask().then((answer) => {
          // Whatever answers there now may be another server altogether.
          if (answer.token !== undefined) access.token = answer.token;
          tellUnwelcome(answer.refused);
          if (answer.found === 'stranger' && !strange) {
            say.warn('another program answers at this address now: waiting for the server');
          }
          strange = answer.found === 'stranger';
          done(answer.refused === undefined ? answer.found : 'nobody');
        });
      },
      connect: () => {
        if (streams) return new StreamSocket(own, access.token, tellRefused);
        const address = `${origin.replace(/^http/, 'ws')}${own}ws`;
        return new NativeWebSocket(address, [
          SUBPROTOCOL,
          TOKEN_PREFIX + access.token,
        ]) as SocketLike;
      },
      hello,
      receive,
      status: (status: Status) => {
        // Not for each attempt that fails: they are told what was, and is no more.
        if (status === 'connecting') return;
        showStatus(status === 'connected' ? status : navigator.onLine ? 'reconnecting' : 'offline');
        if (online === (status === 'connected')) return;
        online = status === 'connected';
        if (!online) away.lost(Date.now());
        void emit(`hotreload:ws:${online ? 'connect' : 'disconnect'}`, {});
      },
      outdated: () => {
        const reason = 'the server speaks another version of the protocol now';
        void reload({ reason, chain: [] });
      },
      ended: (code) => say.warn(`the server ended the connection (${code}): see its terminal`),
      refused: () => {
        if (!streams) tellRefused(refusedText);
        streams = !streams;
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

  watchServer({
    // By the socket first: nothing is faster, and no policy is in its way.
    ask: async () => (await connection.answers()) || (await probe.ask()).found === 'server',
    waiting: (what) => {
      if (what !== null) say.info(`waiting for the server, ${what}`);
      showPending(what);
    },
  });
  watchFailures((path, message) => {
    // Each new connection is told: it is as true as it was.
    failures.set(path, message);
    send({ type: 'load-failed', path, message });
  });
  if (options.console) forwardConsole(tell);
  watchErrors({
    module: (path) => modules.loaded.get(path),
    page: { address, path: birth.page, hash: birth.hash },
  });
  watchStyles();
  watchFetched(noteFetched, config.workers);
  reloadFrames();
  sayWhyReloaded();
  connection.open();
  addEventListener('pagehide', () => connection.leave());
  addEventListener('pageshow', (event) => event.persisted && connection.check());
  addEventListener('online', () => connection.check());
  addEventListener('offline', () => connection.check());
  document.addEventListener('resume', () => connection.check());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') connection.check();
  });

  return { register: modules.register, sync };
}

// In a worker there is no page to update.
const runtime: Partial<Runtime> = typeof document === 'undefined' ? {} : start();

/** Called by the first line of every served module. */
export const module: Register = runtime.register ?? registerIn(config.env);

/** For tests: settles when every change made until now has reached this page. */
export const sync = runtime.sync;
