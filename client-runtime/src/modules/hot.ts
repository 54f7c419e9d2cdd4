// `import.meta.hot`: what a module says about its own updates.

import type { AcceptanceState } from '../connection/protocol.ts';
import { absolute, pathOf, urlOf } from '../shared/address.ts';
import { say } from '../shared/console.ts';
import { type Listener, off, on } from '../shared/events.ts';
import type { Acceptance, Namespace } from './acceptance.ts';
import { esmHmr } from './esm-hmr.ts';
import { resolve } from './resolve.ts';

type Callback = (...modules: unknown[]) => unknown;
type DataCallback = (data: Record<string, unknown>) => unknown;

/** What the engine is asked to do by modules. */
export interface HotHost {
  invalidate(path: string, message: string): void;
  send(event: string, data: unknown): void;
  /** A module accepts other things than it did. */
  accepting(path: string): void;
  /** The instance of a module that the page has. */
  instance(path: string): Promise<Namespace>;
}

const nothing = () => {};

/** The API of one instance of a module. */
export class Hot {
  readonly data: Record<string, unknown>;
  readonly path: string;
  acceptances: Acceptance[] = [];
  readonly declined: string[] = [];
  readonly disposers: DataCallback[] = [];
  readonly pruners: DataCallback[] = [];
  private readonly listeners: [string, Listener][] = [];
  private readonly host: HotHost;

  constructor(path: string, data: Record<string, unknown>, host: HotHost) {
    this.path = path;
    this.data = data;
    this.host = host;
  }

  accept(deps?: string | readonly string[] | Callback, callback: Callback = nothing): void {
    if (typeof deps === 'string' || Array.isArray(deps)) {
      const list = typeof deps === 'string' ? null : deps.map((dep) => this.resolve(dep));
      const paths = list ?? [this.resolve(deps as string)];
      const call = esmHmr(callback, () => this.host.instance(this.path), list);
      const plain: Acceptance['run'] = (loaded, accepted) =>
        callback(list ? list.map((dep) => (dep === accepted ? loaded : undefined)) : loaded);
      this.add({ deps: paths, exports: null, run: call ?? plain });
    } else {
      const run = (deps as Callback | undefined) ?? nothing;
      this.add({ deps: null, exports: null, run: esmHmr(run, null, null) ?? ((m) => run(m)) });
    }
  }

  acceptExports(
    names: string | readonly string[],
    callback: (module: Namespace) => unknown = nothing,
  ): void {
    const exports = typeof names === 'string' ? [names] : [...names];
    this.add({ deps: null, exports, run: (loaded) => callback(loaded) });
  }

  dispose(callback: DataCallback): void {
    this.disposers.push(callback);
  }

  prune(callback: DataCallback): void {
    this.pruners.push(callback);
  }

  /** Kept for code that calls it: a module that accepts nothing is declined already. */
  decline(): void {}

  invalidate(message = ''): void {
    say.info(`${this.path} invalidated itself${message && `: ${message}`}`);
    this.host.invalidate(this.path, message);
  }

  on(event: string, listener: Listener): void {
    this.listeners.push([event, listener]);
    on(event, listener);
  }

  /** However often the listener was put on. */
  off(event: string, listener: Listener): void {
    for (let i = this.listeners.length - 1; i >= 0; i--) {
      const [itsEvent, its] = this.listeners[i] as [string, Listener];
      if (itsEvent !== event || its !== listener) continue;
      this.listeners.splice(i, 1);
      off(event, listener);
    }
  }

  send(event: string, data?: unknown): void {
    this.host.send(event, data);
  }

  /** Nothing of this instance may be called any more. */
  retire(): void {
    for (const [event, listener] of this.listeners.splice(0)) off(event, listener);
  }

  add(acceptance: Acceptance): void {
    this.acceptances.push(acceptance);
    this.host.accepting(this.path);
  }

  refuse(paths: readonly string[]): void {
    this.declined.push(...paths);
    this.host.accepting(this.path);
  }

  /** Where a specifier of this module leads. */
  resolve(dep: string): string {
    if (dep.startsWith('/')) return dep;
    const own = urlOf(this.path);
    try {
      return pathOf(absolute(dep, own)?.href ?? resolve(dep, own), own) ?? dep;
    } catch {
      return dep;
    }
  }

  /** All that this instance accepts, for the server; fields that say nothing are left out. */
  get accepted(): AcceptanceState {
    const itself = this.acceptances.filter(({ deps }) => deps === null);
    const deps = [...new Set(this.acceptances.flatMap(({ deps }) => deps ?? []))].sort();
    const state: AcceptanceState = {};
    if (itself.some(({ exports }) => exports === null)) state.itself = true;
    else if (itself.length > 0)
      state.exports = itself.flatMap(({ exports }) => exports ?? []).sort();
    if (deps.length > 0) state.deps = deps;
    if (this.declined.length > 0) state.declined = [...new Set(this.declined)].sort();
    return state;
  }
}
