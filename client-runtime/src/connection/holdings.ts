// What this page has, by the hashes of its contents: modules, and all else that it has fetched. The
// server plans by that, so it is told what is new.

import { assetPaths } from '../assets/assets.ts';
import { hearFetched, nothing } from '../assets/fetched.ts';
import type { Modules, News } from '../modules/modules.ts';
import { mapTexts } from '../modules/resolve.ts';
import { stylePaths } from '../styles/styles.ts';

/** What a page tells of itself in `hello` and `hold`. */
export interface Held extends News {
  resources: Record<string, string>;
  maps: string[];
}

export class Holdings {
  private readonly modules: Modules;
  private readonly onNews: () => void;
  /** By path; of what is no module. */
  private readonly resources = new Map<string, string>();
  private readonly news = new Set<string>();
  /** What did not come, of which the server was told since the last hello. */
  private readonly lacking = new Set<string>();

  /** `onNews` is called once for any number of news of fetched files that `takeNews` then gives. */
  constructor(modules: Modules, onNews: () => void) {
    this.modules = modules;
    this.onNews = onNews;
  }

  note(path: string, hash: string): void {
    this.resources.set(path, hash);
  }

  /** Whether what the page holds at a path is known to have this hash. */
  holds(path: string, hash: string): boolean {
    hearFetched();
    return this.resources.get(path) === hash;
  }

  noteFetched(path: string, hash: string): void {
    if (hash !== nothing) this.lacking.delete(path);
    if (this.resources.get(path) === hash || (hash === '' && this.modules.loaded.has(path))) return;
    this.resources.set(path, hash);
    if (hash === nothing) {
      // Once told it is sent again at once, which may go wrong for ever if something blocks it.
      if (this.lacking.has(path)) return;
      this.lacking.add(path);
    }
    if (this.news.add(path).size === 1) this.onNews();
  }

  /** What the server was not told yet; null where that is nothing. */
  takeNews(): Held | null {
    const loaded = this.modules.takeNews();
    const resources = this.hashes(this.news);
    this.news.clear();
    const tables = [loaded.modules, loaded.acceptances, resources];
    if (tables.every((table) => Object.keys(table).length === 0)) return null;
    return { ...loaded, resources, maps: mapTexts() };
  }

  /** All of it, for a server that may know nothing of this page. */
  takeAll(): Held {
    hearFetched();
    this.news.clear();
    this.lacking.clear();
    const resources = this.hashes([...stylePaths(), ...assetPaths(), ...this.resources.keys()]);
    return { ...this.modules.takeAll(), resources, maps: mapTexts() };
  }

  private hashes(paths: Iterable<string>): Record<string, string> {
    const found: Record<string, string> = Object.create(null);
    for (const path of paths) found[path] = this.resources.get(path) ?? '';
    return found;
  }
}
