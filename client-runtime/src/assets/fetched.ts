// What the page fetched otherwise than as a module: classic scripts, workers, data. Nothing of that
// can be swapped, so its change is a reload, unless the page's scripts take what they have read anew.

import { pathOf, withVersion } from '../shared/address.ts';
import { isIcon } from './assets.ts';

/** How each path came to the page. */
const fetched = new Map<string, Set<string>>();

/** What the server says it watches: the file at each of these paths is swapped when it changes. */
const swapped = new Set<string>();

/** How a resource came to the page; what is shown, not run or read, is swapped elsewhere. */
const ways = new Set(['script', 'fetch', 'xmlhttprequest', 'other', 'beacon']);
/** Read by scripts, which may be able to read it anew. */
const read = new Set(['fetch', 'xmlhttprequest']);
/** Asked for by scripts, which hear themselves that nothing came: often they wanted it so. */
const scripts = new Set(['fetch', 'xmlhttprequest', 'other', 'beacon']);
/** Other documents, which have a runtime of their own. */
const frames = new Set(['iframe', 'frame', 'navigation']);

/** Asked for piece by piece, and given up at will: Chromium tells no status of those. */
const media = new Set(['audio', 'video']);

/** In place of a hash, for what was asked for and did not come, as by a line that was cut. */
export const nothing = '?';

/** In place of the hash of a worker and all that it imports, which the server then tells. */
const unknownWorker = 'w-?';

let observer: PerformanceObserver;
let hear: (path: string, hash: string) => void = () => {};

/**
 * Take note of what the page fetches from now on and has fetched until now. `onFetched` gets the hash
 * that came with the answer; browsers that don't tell it (or not on this origin) give an empty one.
 */
export function watchFetched(
  onFetched: (path: string, hash: string) => void,
  versions: Readonly<Record<string, string>>,
): void {
  hear = onFetched;
  observer = new PerformanceObserver((list) => list.getEntries().forEach(note));
  observer.observe({ type: 'resource', buffered: true });
  if ('SharedWorker' in globalThis) {
    globalThis.SharedWorker = noting(globalThis.SharedWorker, versions);
  }
}

/**
 * No page is told of what a shared worker fetches, since it belongs to several. Its old one may still run
 * when a page was reloaded since it changed.
 */
function noting(
  Native: typeof SharedWorker,
  versions: Readonly<Record<string, string>>,
): typeof SharedWorker {
  return new Proxy(Native, {
    construct(target, [address, ...rest]: unknown[], asked) {
      const url = String(address);
      const path = pathOf(url);
      const version = path === null ? undefined : versions[path];
      const current = version === undefined ? address : withVersion(url, version);
      const worker = Reflect.construct(target, [current, ...rest], asked);
      if (path !== null) {
        take(path, 'script');
        hear(path, unknownWorker);
      }
      return worker;
    },
  });
}

/** Hear at once of what was fetched until now. */
export function hearFetched(): void {
  observer.takeRecords().forEach(note);
}

export function wasFetched(path: string): boolean {
  return fetched.has(path);
}

export function isSwapped(path: string): boolean {
  hearFetched();
  return swapped.has(path);
}

/** Whether scripts have read a file. */
export function wasRead(path: string): boolean {
  return [...(fetched.get(path) ?? [])].some((way) => read.has(way));
}

/** Whether that is all that was done with it. */
export function wasOnlyRead(path: string): boolean {
  return [...(fetched.get(path) ?? [])].every((way) => read.has(way));
}

function take(path: string, way: string): void {
  fetched.set(path, (fetched.get(path) ?? new Set()).add(way));
}

function note(entry: PerformanceEntry): void {
  const { name, initiatorType, responseStatus, serverTiming } = entry as PerformanceResourceTiming;
  const named = serverTiming?.find((timing) => timing.name === 'hotreload-file');
  const path = named ? named.description : pathOf(name);
  if (path === null || path.startsWith('/@hotreload/') || frames.has(initiatorType)) return;
  const told = serverTiming?.find((timing) => timing.name === 'hotreload')?.description ?? '';
  if (told !== '') swapped.add(path);
  const gaveUp = scripts.has(initiatorType) || media.has(initiatorType);
  const hash = responseStatus === 0 && !gaveUp ? nothing : told;
  // A module says what it is when it runs.
  if (hash === 'module') return;
  if (ways.has(initiatorType) && !(initiatorType === 'other' && isIcon(path))) {
    take(path, initiatorType);
  }
  if (hash !== '' || fetched.has(path)) hear(path, hash);
}
