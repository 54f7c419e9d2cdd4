// The modules this page has loaded. Every served module begins by calling `register`.

import { normal, origin, pathOf, urlOf, withVersion } from './address.ts';
import { Hot, type HotHost } from './hot.ts';
import type { Held, ModuleUpdate } from './protocol.ts';
import { createStyle } from './styles.ts';

export interface LoadedModule {
  /** The URL in the browser's module map: a `data:` URL where the code was pushed. */
  url: string;
  hash: string;
  v: string;
  hot: Hot;
}

/** What the first line of every module calls, with its `import.meta`. */
export type Register = (meta: ImportMeta, path: string, hash: string, v: string) => void;

export class Modules {
  readonly loaded = new Map<string, LoadedModule>();
  /** Data outlives instances: what one leaves in `hot.data`, the next one finds. */
  private readonly data = new Map<string, Record<string, unknown>>();
  private readonly assets = new Map<string, string>();
  private news: string[] = [];
  private readonly pushed = new Set<string>();
  private readonly host: HotHost;
  private readonly onNews: () => void;

  /** `onNews` is called once for any number of modules that `takeNews` then gives. */
  constructor(host: HotHost, onNews: () => void) {
    this.host = host;
    this.onNews = onNews;
  }

  readonly register: Register = (meta, path, hash, v) => {
    const data = this.data.get(path) ?? {};
    this.data.set(path, data);
    const hot = new Hot(path, data, this.host);
    this.loaded.set(path, { url: meta.url, hash, v, hot });
    const url = urlOf(path);
    const resolve = (specifier: string) => this.resolve(specifier, url);
    Object.assign(meta, {
      url,
      resolve,
      hot,
      // Not `import(…)` itself: in a `data:` URL that has nothing to resolve against.
      import: (specifier: unknown, options?: ImportCallOptions) =>
        options === undefined
          ? import(resolve(String(specifier)))
          : import(resolve(String(specifier)), options),
      style: (file: string, css: string) => this.addStyle(hot, file, css),
      asset: (file: string) => withVersionIfAny(urlOf(file), this.assets.get(file)),
    });
    if (this.pushed.delete(key(path, v))) return;
    if (this.news.push(path) === 1) this.onNews();
  };

  /**
   * What comes in an update is no news to the server, and by the time it got there it could be older
   * than the next update.
   */
  expect(updates: readonly ModuleUpdate[]): void {
    for (const { path, v } of updates) this.pushed.add(key(path, v));
  }

  /** What was registered since the last call. */
  takeNews(): Record<string, Held> {
    const news = this.news;
    this.news = [];
    return this.held(news);
  }

  /** What the page holds, all of it or what is named. */
  held(paths: Iterable<string> = this.loaded.keys()): Record<string, Held> {
    const held: Record<string, Held> = Object.create(null);
    for (const path of paths) {
      const module = this.loaded.get(path);
      if (module) held[path] = [module.hash, module.v];
    }
    return held;
  }

  noteAsset(path: string, hash: string): void {
    this.assets.set(path, hash);
  }

  forget(path: string): void {
    this.loaded.get(path)?.hot.retire();
    this.loaded.delete(path);
    this.data.delete(path);
  }

  private addStyle(hot: Hot, file: string, css: string): void {
    const remove = createStyle(file, css);
    hot.prune(remove);
  }

  private resolve(specifier: string, importer: string): string {
    if (!/^(?:\.{0,2}\/|[a-z][a-z\d+.-]*:)/i.test(specifier)) return specifier;
    const url = new URL(specifier, importer);
    const path = pathOf(url.href);
    const version = path === null || url.search !== '' ? '' : this.loaded.get(normal(path))?.v;
    return version && url.origin === origin ? withVersion(url.href, version) : url.href;
  }
}

function withVersionIfAny(url: string, version: string | undefined): string {
  return version === undefined ? url : withVersion(url, version);
}

function key(path: string, v: string): string {
  return `${path} ${v}`;
}
