// The runtime: everything in the page, wired together.

import { watchFetched } from './assets/fetched.ts';
import { access } from './connection/access.ts';
import { watchServer } from './connection/answers.ts';
import { type Connection, pace } from './connection/connection.ts';
import type { Synced } from './connection/protocol.ts';
import { watchErrors } from './errors/errors.ts';
import { watchFailures } from './errors/failures.ts';
import { forwardConsole } from './errors/forward.ts';
import type { Register } from './modules/modules.ts';
import { readBirth } from './page/birth.ts';
import { reloadFrames, sayWhyReloaded } from './page/reload.ts';
import { Session } from './session.ts';
import { say } from './shared/console.ts';
import { configure, type Options, options } from './shared/options.ts';
import { watchStyles } from './styles/styles.ts';
import { showPending } from './ui/status.ts';
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
  const session = new Session(birth, config.env);
  const { modules, holdings, connection } = session;
  watchServer({
    ask: () => session.answers(),
    waiting: (what) => {
      if (what !== null) say.info(`waiting for the server, ${what}`);
      showPending(what);
    },
  });
  watchFailures((path, message) => session.tellFailed(path, message));
  if (options.console) forwardConsole((frame) => session.tell(frame));
  watchErrors({
    module: (path) => modules.loaded.get(path),
    page: { address: session.address, path: birth.page, hash: birth.hash },
  });
  watchStyles();
  watchFetched((path, hash) => holdings.noteFetched(path, hash), config.workers);
  reloadFrames();
  sayWhyReloaded();
  connection.open();
  watchPresence(connection);
  return { register: modules.register, sync: () => session.sync() };
}

/** When the page or the network comes back, what the connection knows may be out of date. */
function watchPresence(connection: Connection): void {
  addEventListener('pagehide', () => connection.leave());
  addEventListener('pageshow', (event) => event.persisted && connection.check());
  addEventListener('online', () => connection.check());
  addEventListener('offline', () => connection.check());
  document.addEventListener('resume', () => connection.check());
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') connection.check();
  });
}

// In a worker there is no page to update.
const runtime: Partial<Runtime> = typeof document === 'undefined' ? {} : start();

/** Called by the first line of every served module. */
export const module: Register = runtime.register ?? registerIn(config.env);

/** For tests: settles when every change made until now has reached this page. */
export const sync = runtime.sync;
