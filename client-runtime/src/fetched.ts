// What the page fetched otherwise than as a module: classic scripts, workers, data. Nothing of that
// can be swapped, so its change is a reload.

import { pathOf } from './address.ts';

const fetched = new Set<string>();

/** How a resource came to the page; what is shown, not run or read, is swapped elsewhere. */
const ways = new Set(['script', 'fetch', 'xmlhttprequest', 'other', 'beacon']);

/** Take note of what the page fetches from now on and has fetched until now. */
export function watchFetched(): void {
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries() as PerformanceResourceTiming[]) {
      const path = ways.has(entry.initiatorType) ? pathOf(entry.name) : null;
      if (path !== null) fetched.add(path);
    }
  });
  observer.observe({ type: 'resource', buffered: true });
}

export function wasFetched(path: string): boolean {
  return fetched.has(path);
}
