// `import.meta.hot`: what a module says about its own updates.

import { pathOf, urlOf } from './address.ts';
import { say } from './console.ts';
import { type Listener, off, on } from './events.ts';

type Namespace = Record<string, unknown> | undefined;
type Callback = (...modules: unknown[]) => unknown;
type DataCallback = (data: Record<string, unknown>) => unknown;

/** An accept callback and the dependencies it waits for; none for the module itself. */
export interface Acceptance {
  deps: readonly string[];
  list: boolean;
  callback: Callback;
}

/** What the engine is asked to do by modules. */
export interface HotHost {
  invalidate(path: string, message: string): void;
  send(event: string, data: unknown): void;
}

/** The API of one instance of a module. */
export class Hot {
  readonly data: Record<string, unknown>;
  readonly acceptances: Acceptance[] = [];
  readonly disposers: DataCallback[] = [];
  readonly pruners: DataCallback[] = [];
  private readonly listeners: [string, Listener][] = [];
  private readonly path: string;
  private readonly host: HotHost;

  constructor(path: string, data: Record<string, unknown>, host: HotHost) {
    this.path = path;
    this.data = data;
    this.host = host;
  }

  accept(deps?: string | readonly string[] | Callback, callback?: Callback): void {
    if (typeof deps === 'string') {
      this.addAcceptance([deps], false, callback);
    } else if (Array.isArray(deps)) {
      this.addAcceptance(deps, true, callback);
    } else {
      this.acceptances.push({ deps: [], list: false, callback: (deps as Callback) ?? (() => {}) });
    }
  }

  acceptExports(
    _names: string | readonly string[],
    callback?: (module: Namespace) => unknown,
  ): void {
    this.accept(callback as Callback | undefined);
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

  off(event: string, listener: Listener): void {
    const index = this.listeners.findIndex(([e, l]) => e === event && l === listener);
    if (index < 0) return;
    this.listeners.splice(index, 1);
    off(event, listener);
  }

  send(event: string, data?: unknown): void {
    this.host.send(event, data);
  }

  /** Nothing of this instance may be called any more. */
  retire(): void {
    for (const [event, listener] of this.listeners.splice(0)) off(event, listener);
  }

  private addAcceptance(deps: readonly string[], list: boolean, callback?: Callback): void {
    const paths = deps.map((dep) => this.resolve(dep));
    this.acceptances.push({ deps: paths, list, callback: callback ?? (() => {}) });
  }

  private resolve(dep: string): string {
    if (dep.startsWith('/')) return dep;
    return pathOf(dep, urlOf(this.path)) ?? dep;
  }
}
