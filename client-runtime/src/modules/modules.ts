// The modules this page has loaded. Every served module begins by calling `register`.

import type { AcceptanceState, Held, ModuleUpdate } from '../connection/protocol.ts';
import { absolute, modulePath, normal, pathOf, urlOf, withVersion } from '../shared/address.ts';
import { absoluteUrls } from '../styles/css-absolute.ts';
import { createStyle } from '../styles/module-styles.ts';
import { noteCssModule } from '../styles/styles.ts';
import type { Namespace } from './acceptance.ts';
import { Hot, type HotHost } from './hot.ts';
import { preloaded } from './preload.ts';
import { resolve } from './resolve.ts';
import { WebpackHot } from './webpack.ts';

export interface LoadedModule {
  /** The URL in the browser's module map: a `data:` URL where the code was pushed. */
  url: string;
  hash: string;
  v: string;
  hot: Hot;
}

/** What the first line of every module calls, with its `import.meta`. */
export type Register = (meta: ImportMeta, path: string, hash: string, v: string) => void;

/** What the server has to know of the modules of this page. */
export interface News {
  modules: Record<string, Held>;
  acceptances: Record<string, AcceptanceState>;
}

const none = '{}';

export class Modules {
  readonly loaded = new Map<string, LoadedModule>();
  /** Data outlives instances: what one leaves in `hot.data`, the next one finds. */
  private readonly data = new Map<string, Record<string, unknown>>();
  private readonly assets = new Map<string, string>();
  /** The URL by which this page has a module, or will have it as soon as it has run. */
  private readonly addresses = new Map<string, string>();
  private news = new Set<string>();
  private newlyAccepting = new Set<string>();
  /** What the server was told last of what modules accept. */
  private readonly told = new Map<string, string>();
  /** Modules of updates that are here and have not run yet. */
  private readonly coming = new Map<string, Held>();
  private readonly pushed = new Set<string>();
  private waits = false;
  private readonly host: HotHost;
  private readonly onNews: () => void;

  private readonly env: Readonly<Record<string, unknown>>;

  /**
   * `onNews` is called once for any number of news that `takeNews` then gives; `env` is what
   * `import.meta.env` gives modules.
   */
  constructor(
    host: Omit<HotHost, 'accepting' | 'instance'>,
    onNews: () => void,
    env: Readonly<Record<string, unknown>> = {},
  ) {
    this.env = env;
    this.host = {
      ...host,
      accepting: (path) => this.accepting(path),
      instance: (path) => import(this.addresses.get(path) ?? urlOf(path)) as Promise<Namespace>,
    };
    this.onNews = onNews;
  }

  readonly register: Register = (meta, path, hash, v) => {
    const data = this.data.get(path) ?? {};
    const first = !this.data.has(path);
    this.data.set(path, data);
    const hot = new Hot(path, data, this.host);
    const address = preloaded(path, v) ?? meta.url;
    this.loaded.set(path, { url: address, hash, v, hot });
    this.addresses.set(path, address);
    const url = urlOf(path);
    Object.assign(meta, {
      url,
      resolve: (specifier: unknown) => this.resolve(String(specifier), url),
      hot,
      webpackHot: new WebpackHot(hot, first),
      import: (specifier: unknown, options?: ImportCallOptions) =>
        this.import(String(specifier), url, options),
      env: { ...this.env },
      style: (file: string, css: string) => this.addStyle(hot, file, css),
      sheet: (file: string, css: string) => absoluteUrls(css, urlOf(file)),
      asset: (file: string) => withVersionIfAny(urlOf(file), this.assets.get(file)),
    });
    // No news to the server, and by the time it got there it could be older than the next update.
    if (this.pushed.delete(key(path, v))) return;
    this.news.add(path);
    this.announce();
  };

  /** Updates are here that will be applied: what is said from here on counts them as applied. */
  expect(updates: readonly ModuleUpdate[]): void {
    for (const { path, hash, v } of updates) {
      this.coming.set(path, [hash, v]);
      this.pushed.add(key(path, v));
    }
  }

  /** An update is about to run: who imports its modules from here on means the new ones. */
  replace(updates: readonly ModuleUpdate[]): void {
    for (const { path, v } of updates) this.addresses.set(path, urlOf(path, v));
  }

  /** An update was applied, or could not be. */
  applied(updates: readonly ModuleUpdate[]): void {
    for (const { path, v } of updates) {
      if (this.coming.get(path)?.[1] === v) this.coming.delete(path);
      this.pushed.delete(key(path, v));
      this.accepting(path);
    }
  }

  /** What was registered, or accepts other things, since the last call. */
  takeNews(): News {
    const [modules, accepting] = [this.news, this.newlyAccepting];
    this.news = new Set();
    this.newlyAccepting = new Set();
    this.waits = false;
    return { modules: this.held(modules), acceptances: this.accepted(modules, accepting) };
  }

  /** What the page holds, all of it or what is named. */
  private held(paths: Iterable<string>): Record<string, Held> {
    const held: Record<string, Held> = Object.create(null);
    for (const path of paths) {
      const module = this.loaded.get(path);
      if (module) held[path] = [module.hash, module.v];
    }
    return held;
  }

  /** All that the page holds, and what of it is on its way. */
  takeAll(): News {
    this.takeNews();
    const modules = this.held(this.loaded.keys());
    for (const [path, held] of this.coming) modules[path] = held;
    return { modules, acceptances: this.accepted(this.loaded.keys(), []) };
  }

  noteAsset(path: string, hash: string): void {
    this.assets.set(path, hash);
  }

  forget(path: string): void {
    this.loaded.get(path)?.hot.retire();
    for (const each of [this.loaded, this.data, this.addresses, this.told]) each.delete(path);
  }

  /** What is said for modules that say nothing is left out: nothing is what the server then takes. */
  private accepted(
    paths: Iterable<string>,
    changed: Iterable<string>,
  ): Record<string, AcceptanceState> {
    const accepted: Record<string, AcceptanceState> = Object.create(null);
    for (const path of paths) {
      const state = this.loaded.get(path)?.hot.accepted ?? {};
      const spelled = JSON.stringify(state);
      this.told.set(path, spelled);
      if (spelled !== none) accepted[path] = state;
    }
    for (const path of changed) {
      const state = this.loaded.get(path)?.hot.accepted ?? {};
      const spelled = JSON.stringify(state);
      if (spelled === this.told.get(path)) continue;
      this.told.set(path, spelled);
      accepted[path] = state;
    }
    return accepted;
  }

  private accepting(path: string): void {
    const module = this.loaded.get(path);
    // In an update the instance is looked at when it has run to its end.
    if (!module || this.coming.has(path) || this.news.has(path)) return;
    if (JSON.stringify(module.hot.accepted) === (this.told.get(path) ?? none)) return;
    this.newlyAccepting.add(path);
    this.announce();
  }

  private announce(): void {
    if (this.waits) return;
    this.waits = true;
    this.onNews();
  }

  private addStyle(hot: Hot, file: string, css: string): void {
    const remove = createStyle(file, css);
    hot.prune(remove);
  }

  /** `import(…)` in a module: whatever it names, the instance that this page has. */
  private import(
    specifier: string,
    importer: string,
    options?: ImportCallOptions,
  ): Promise<unknown> {
    const { type } = options?.with ?? {};
    const url = absolute(specifier, importer);
    const path = url === null ? null : modulePath(url, type);
    if (path === null) {
      if (type === 'css' && url !== null) noteCssModule(url.href);
      return options === undefined
        ? import(url?.href ?? specifier)
        : import(url?.href ?? specifier, options);
    }
    const address = this.addresses.get(path);
    if (address !== undefined) return import(address);
    return import(urlOf(path, url?.searchParams.get('v') ?? ''));
  }

  /** What `import.meta.resolve` gives a module: the URL by which the page has what is meant. */
  private resolve(specifier: string, importer: string): string {
    const address = resolve(specifier, importer);
    const url = new URL(address);
    const path = url.search === '' ? pathOf(address, address) : null;
    const version = path === null ? '' : this.loaded.get(normal(path))?.v;
    return version ? withVersion(address, version) : address;
  }
}

function withVersionIfAny(url: string, version: string | undefined): string {
  return version === undefined ? url : withVersion(url, version);
}

function key(path: string, v: string): string {
  return `${path} ${v}`;
}
