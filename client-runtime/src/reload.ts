// Reloading, the last resort: always with its reason, said before and after.

import { say } from './console.ts';
import { emit } from './events.ts';
import type { Reload } from './protocol.ts';

const key = 'hotreload:reload';
/** As many reloads for one reason within this time are a loop. */
const loop = { count: 5, ms: 5000 };

interface Memory extends Reload {
  times: number[];
  scroll: [number, number];
}

function explain({ reason, chain }: Reload): string {
  return chain.length > 1 ? `${reason} (${chain.join(' → ')})` : reason;
}

function remembered(): Memory | null {
  const text = sessionStorage.getItem(key);
  return text === null ? null : (JSON.parse(text) as Memory);
}

/** Reload the page, unless a listener prevents it or it goes round in circles. */
export async function reload(why: Reload): Promise<boolean> {
  let prevented = false;
  const preventDefault = () => {
    prevented = true;
  };
  await emit('hotreload:beforeFullReload', { ...why, preventDefault });
  const event = new CustomEvent('hotreload:before-reload', { cancelable: true, detail: why });
  if (!document.dispatchEvent(event) || prevented) {
    say.warn(`this page is out of date: ${explain(why)} (its reload was prevented)`);
    return false;
  }
  const before = remembered();
  const now = Date.now();
  const times = (before?.reason === why.reason ? before.times : []).filter(
    (time) => now - time < loop.ms,
  );
  if (times.length >= loop.count) {
    say.error(`not reloading again: ${explain(why)}`);
    return false;
  }
  const memory: Memory = { ...why, times: [...times, now], scroll: [scrollX, scrollY] };
  sessionStorage.setItem(key, JSON.stringify(memory));
  say.info(`reloading: ${explain(why)}`);
  location.reload();
  return true;
}

/** After a reload of ours: say why it was, and go back to where the user was. */
export function sayWhyReloaded(): void {
  const memory = remembered();
  const last = memory?.times.at(-1);
  if (!memory || last === undefined || Date.now() - last > 60_000) return;
  const navigation = performance.getEntriesByType('navigation')[0] as
    | PerformanceNavigationTiming
    | undefined;
  if (navigation?.type !== 'reload' || memory.scroll === undefined) return;
  say.info(`reloaded: ${explain(memory)}`);
  const [x, y] = memory.scroll;
  if (x || y) addEventListener('load', () => scrollTo(x, y), { once: true });
}
