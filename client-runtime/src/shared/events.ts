// Events for `import.meta.hot.on`: each listener on its own, so that one that throws stops nobody.

import { thrown } from '../errors/thrown.ts';
import { showAwaited } from '../ui/status.ts';
import { say } from './console.ts';

export type Listener = (data: unknown) => unknown;

/** How long an update waits for somebody else's promise, in milliseconds. */
export const patience = 5000;
/** After which the page says what it is that an update waits for, in milliseconds. */
const silence = 1000;

/** What events of ours begin with: updates wait for their listeners, nobody for those of others. */
const own = 'hotreload:';

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
    await attempt(`a listener of ${event}`, () => listener(data), event.startsWith(own));
  }
}

/** Run somebody else's function; what it throws is reported and goes no further. */
export async function attempt(
  what: string,
  run: () => unknown,
  isAwaited = true,
): Promise<boolean> {
  try {
    const result = run();
    return isPromise(result) ? await settled(what, result, isAwaited) : true;
  } catch (error) {
    say.error(`${what} threw`, error);
    thrown(error);
    return false;
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null)?.then === 'function';
}

/** Wait for a promise, but not for ever: updates that come later have to wait, too. */
async function settled(
  what: string,
  promise: PromiseLike<unknown>,
  isAwaited: boolean,
): Promise<boolean> {
  const done = Promise.resolve(promise).then(
    () => true,
    (error) => {
      say.error(`${what} threw`, error);
      return false;
    },
  );
  const late = () => {
    say.warn(`${what} has not finished in ${patience / 1000} s: going on without it`);
    return false;
  };
  return inTime(done, late, isAwaited ? what : null);
}

/** What a promise gives, or what `late` does if it takes too long; `what` an update waits for. */
export async function inTime<T>(
  promise: Promise<T>,
  late: () => T,
  what: string | null,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let shown = false;
  const show = () => {
    shown = true;
    showAwaited(what);
  };
  const waiting = what === null ? undefined : setTimeout(show, silence);
  const limit = new Promise<T>((resolve, reject) => {
    timer = setTimeout(() => {
      try {
        resolve(late());
      } catch (error) {
        reject(error);
      }
    }, patience);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
    clearTimeout(waiting);
    if (shown) showAwaited(null);
  }
}
