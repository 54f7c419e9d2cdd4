// Events for `import.meta.hot.on`: each listener on its own, so that one that throws stops nobody.

import { say } from './console.ts';

export type Listener = (data: unknown) => unknown;

const listeners = new Map<string, Set<Listener>>();

/** Vite's names are aliases of ours. */
function canonical(event: string): string {
  return event.startsWith('vite:') ? `hotreload:${event.slice('vite:'.length)}` : event;
}

export function on(event: string, listener: Listener): void {
  const name = canonical(event);
  const known = listeners.get(name) ?? new Set();
  listeners.set(name, known.add(listener));
}

export function off(event: string, listener: Listener): void {
  listeners.get(canonical(event))?.delete(listener);
}

export async function emit(event: string, data: unknown): Promise<void> {
  for (const listener of [...(listeners.get(event) ?? [])]) {
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
