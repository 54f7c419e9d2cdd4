// `import.meta.webpackHot`, and `module.hot` in code written for webpack: its API over our engine.
//
// One thing can't be had with native modules: webpack lets imported names mean the new version inside
// an accept callback. Here the callback gets the new module as its second argument.

import type { Namespace } from './acceptance.ts';
import type { Hot } from './hot.ts';
import { type Status, type StatusHandler, status } from './hot-status.ts';

type DisposeHandler = (data: Record<string, unknown>) => unknown;
type ErrorHandler = (error: unknown, context: Record<string, unknown>) => unknown;

export class WebpackHot {
  readonly active = true;
  private readonly hot: Hot;
  private readonly first: boolean;

  /** `first` says that no instance of this module came before. */
  constructor(hot: Hot, first: boolean) {
    this.hot = hot;
    this.first = first;
  }

  /** What the last instance left; undefined in the first one. */
  get data(): Record<string, unknown> | undefined {
    return this.first ? undefined : this.hot.data;
  }

  accept(
    deps?: string | readonly string[] | ErrorHandler,
    callback?: (outdated: string[], module: Namespace) => unknown,
    onError?: ErrorHandler,
  ): void {
    if (typeof deps !== 'string' && !Array.isArray(deps)) {
      const moduleId = this.hot.path;
      const failed = (error: unknown) => (deps as ErrorHandler | undefined)?.(error, { moduleId });
      this.hot.add({ deps: null, exports: null, run: () => {}, failed });
      return;
    }
    const paths = [deps].flat().map((dep) => this.hot.resolve(dep));
    const failed = (error: unknown, dependencyId: string) =>
      onError?.(error, { moduleId: this.hot.path, dependencyId });
    const run = async (loaded: Namespace, accepted: string) => {
      try {
        await callback?.([accepted], loaded);
      } catch (error) {
        if (!onError) throw error;
        await failed(error, accepted);
      }
    };
    this.hot.add({ deps: paths, exports: null, run, failed });
  }

  decline(deps?: string | readonly string[]): void {
    const paths = deps === undefined ? [this.hot.path] : [deps].flat();
    this.hot.refuse(paths.map((dep) => this.hot.resolve(dep)));
  }

  dispose(handler: DisposeHandler): void {
    this.hot.dispose(handler);
  }

  addDisposeHandler(handler: DisposeHandler): void {
    this.hot.dispose(handler);
  }

  removeDisposeHandler(handler: DisposeHandler): void {
    const index = this.hot.disposers.indexOf(handler);
    if (index >= 0) this.hot.disposers.splice(index, 1);
  }

  invalidate(): void {
    this.hot.invalidate();
  }

  status(handler?: StatusHandler): Status | undefined {
    if (!handler) return status.now;
    this.addStatusHandler(handler);
    return undefined;
  }

  addStatusHandler(handler: StatusHandler): void {
    status.handlers.push(handler);
  }

  removeStatusHandler(handler: StatusHandler): void {
    const index = status.handlers.indexOf(handler);
    if (index >= 0) status.handlers.splice(index, 1);
  }

  /** Updates come by themselves: there is never one to be asked for. */
  async check(): Promise<null> {
    return null;
  }

  async apply(): Promise<string[]> {
    return [];
  }
}
