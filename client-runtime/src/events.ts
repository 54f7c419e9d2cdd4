// Events for `import.meta.hot.on`: each listener on its own, so that one that throws stops nobody.

import { say } from './console.ts';

export type Listener = (data: unknown) => unknown;

// Lists: two modules may well listen with the same function.
const listeners = new Map<string, Listener[]>();

/** Vite's names are aliases of ours. */
function canonical(event: string): string {
  return event.startsWith('vite:') ? `hotreload:${event.slice('vite:'.length)}` : event;
}

export function on(event: string, listener: Listener): void {
  const name = canonical(event);
  listeners.set(name, [...(listeners.get(name) ?? []), listener]);
}

export function off(event: string, listener: Listener): void {
  const known = listeners.get(canonical(event)) ?? [];
  const index = known.indexOf(listener);
  if (index >= 0) listeners.set(canonical(event), known.toSpliced(index, 1));
}

export async function emit(event: string, data: unknown): Promise<void> {
  for (const listener of listeners.get(event) ?? []) {
    await attempt(`a listener of ${event}`, () => listener(data));
  }
}

/** Run somebody else's function; what it throws is reported and goes no further. */
export async function attempt(what: string, run: () => unknown): Promise<boolean> {
  try {
    await run();
    return true;
  } catch (error) {
    say.error(`${what} threw`, error);
    return false;
  }
}
