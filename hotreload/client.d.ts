/**
 * What modules find in a page that hotreload serves. Point TypeScript at this file, for example by
 * `/// <reference path="…/hotreload/client.d.ts" />`; docs/hmr.md says how to find it.
 */

/** The exports of a module, as `import()` gives them. */
type HotModule = Record<string, any>;

/** A module of an update that is to run again. */
interface HotModuleUpdate {
  path: string;
  v: string;
  hash: string;
  /** Null where the page had it before: see `preload` in docs/protocol.md. */
  code: string | null;
}

/** What one save means for the page; see docs/protocol.md. */
interface HotUpdate {
  type: 'update';
  rev: number;
  modules: HotModuleUpdate[];
  fresh: HotModuleUpdate[];
  boundaries: { path: string; accepted: string }[];
  pruned: string[];
  /** The same in Vite's words. */
  updates: {
    type: 'js-update' | 'css-update';
    path: string;
    acceptedPath: string;
    timestamp: number;
  }[];
}

interface HotProblem {
  owner: string;
  kind: string;
  message: string;
  line: number | null;
  column: number | null;
  frame: string;
}

interface HotEvents {
  beforeUpdate: HotUpdate;
  afterUpdate: HotUpdate;
  beforeFullReload: {
    type: 'full-reload';
    path: '*';
    reason: string;
    chain: string[];
    preventDefault(): void;
  };
  data: {
    element: Element;
    type: string;
    before: string | null;
    text: string;
    preventDefault(): void;
  };
  fetched: { path: string; url: string; text(): Promise<string>; preventDefault(): void };
  beforePrune: { type: 'prune'; paths: string[] };
  invalidate: { path: string; message: string };
  error: { problems: HotProblem[] };
  'ws:connect': Record<string, never>;
  'ws:disconnect': Record<string, never>;
}

/** Events by name. Declare your own by adding to this interface. */
interface HotEventMap extends HotEventsNamed<'hotreload'>, HotEventsNamed<'vite'> {}

type HotEventsNamed<Prefix extends string> = {
  [Name in keyof HotEvents as `${Prefix}:${Name}`]: HotEvents[Name];
};

interface HotContext {
  /** Outlives the instances of a module: what one leaves, the next finds. */
  readonly data: Record<string, any>;
  accept(): void;
  accept(callback: (module: HotModule) => unknown): void;
  accept(dep: string, callback?: (module: HotModule) => unknown): void;
  accept(
    deps: readonly string[],
    callback?: (modules: (HotModule | undefined)[]) => unknown,
  ): void;
  acceptExports(
    names: string | readonly string[],
    callback?: (module: HotModule) => unknown,
  ): void;
  dispose(callback: (data: Record<string, any>) => unknown): void;
  prune(callback: (data: Record<string, any>) => unknown): void;
  invalidate(message?: string): void;
  /** Does nothing: a module that accepts nothing is declined as it is. */
  decline(): void;
  on<Name extends keyof HotEventMap>(
    event: Name,
    callback: (data: HotEventMap[Name]) => unknown,
  ): void;
  on(event: string, callback: (data: any) => unknown): void;
  off<Name extends keyof HotEventMap>(
    event: Name,
    callback: (data: HotEventMap[Name]) => unknown,
  ): void;
  off(event: string, callback: (data: any) => unknown): void;
  send(event: string, data?: unknown): void;
}

type HotStatus = 'idle' | 'prepare' | 'ready' | 'dispose' | 'apply' | 'fail';

/** webpack's API, as `import.meta.webpackHot` and, in JavaScript, `module.hot`. */
interface WebpackHotContext {
  readonly active: boolean;
  readonly data: Record<string, any> | undefined;
  accept(onError?: (error: unknown, context: { moduleId: string }) => unknown): void;
  accept(
    deps: string | readonly string[],
    callback?: (outdated: string[], module: HotModule) => unknown,
    onError?: (error: unknown, context: { moduleId: string; dependencyId: string }) => unknown,
  ): void;
  decline(deps?: string | readonly string[]): void;
  dispose(callback: (data: Record<string, any>) => unknown): void;
  addDisposeHandler(callback: (data: Record<string, any>) => unknown): void;
  removeDisposeHandler(callback: (data: Record<string, any>) => unknown): void;
  invalidate(): void;
  status(): HotStatus;
  status(callback: (status: HotStatus) => unknown): void;
  addStatusHandler(callback: (status: HotStatus) => unknown): void;
  removeStatusHandler(callback: (status: HotStatus) => unknown): void;
  check(autoApply?: boolean): Promise<null>;
  apply(): Promise<string[]>;
}

/** What `import.meta.env` holds. Declare your own variables by adding to this interface. */
interface ImportMetaEnv {
  readonly [name: string]: any;
  readonly BASE_URL: string;
  readonly MODE: string;
  readonly DEV: boolean;
  readonly PROD: boolean;
  readonly SSR: boolean;
}

interface ImportGlobOptions<Eager extends boolean> {
  /** Import the files with the module, not when they are asked for. */
  eager?: Eager;
  /** The export to take of each. */
  import?: string;
  /** How to import each, as `'?raw'`. */
  query?: string | Record<string, string | number | boolean>;
  /** The folder that patterns and keys are relative to. */
  base?: string;
  exhaustive?: boolean;
}

interface ImportGlob {
  <Module = unknown>(
    patterns: string | readonly string[],
    options?: ImportGlobOptions<false>,
  ): Record<string, () => Promise<Module>>;
  <Module = unknown>(
    patterns: string | readonly string[],
    options: ImportGlobOptions<true>,
  ): Record<string, Module>;
}

interface ImportMeta {
  readonly env: ImportMetaEnv;
  readonly glob: ImportGlob;
  /** Undefined in workers and wherever the file is served by something else. */
  readonly hot?: HotContext;
  readonly webpackHot?: WebpackHotContext;
}

declare module '*?raw' {
  const text: string;
  export default text;
}

declare module '*?url' {
  const url: string;
  export default url;
}

declare module '*?inline' {
  const content: string;
  export default content;
}

declare module '*?worker' {
  const WorkerWrapper: new (options?: { name?: string }) => Worker;
  export default WorkerWrapper;
}

declare module '*?sharedworker' {
  const SharedWorkerWrapper: new (options?: { name?: string }) => SharedWorker;
  export default SharedWorkerWrapper;
}

declare module '*?worker&url' {
  const url: string;
  export default url;
}

declare module '*?init' {
  const init: (imports?: WebAssembly.Imports) => Promise<WebAssembly.Instance>;
  export default init;
}

declare module '*.css' {
  const text: string;
  export default text;
}

declare module '*.svg' {
  const url: string;
  export default url;
}
