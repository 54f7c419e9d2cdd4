// Reloading, the last resort: always with its reason, said before and after.

import { say } from './console.ts';
import { emit } from './events.ts';
import type { Reload } from './protocol.ts';

const key = 'hotreload:reload';
/** As many reloads for one reason within this time may be a loop: then one waits as long. */
const loop = { count: 5, ms: 5000 };

interface Memory extends Reload {
  times: number[];
  /** Until it was gone back to. */
  scroll?: [number, number];
}

function explain({ reason, chain }: Reload): string {
  return chain.length > 1 ? `${reason} (${chain.join(' → ')})` : reason;
}

// A page without storage (in a sandbox, or by the user's settings) only forgets why it was reloaded.

function remembered(): Memory | null {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? 'null') as Memory | null;
  } catch {
    return null;
  }
}

function remember(memory: Memory): void {
  try {
    sessionStorage.setItem(key, JSON.stringify(memory));
  } catch (error) {
    say.debug('why this page reloads can not be kept', error);
  }
}

let forbidden: string | null = null;

/** Never reload this page, for a reason. */
export function forbidReload(reason: string): void {
  forbidden = reason;
}

/** Reload the page, unless a listener prevents it; slower where it goes round in circles. */
export async function reload(why: Reload): Promise<boolean> {
  if (forbidden !== null) {
    say.warn(`this page is out of date: ${explain(why)} (it is not reloaded: ${forbidden})`);
    return false;
  }
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
  const earlier = life?.reason === why.reason ? life.times : [];
  let times = earlier.filter((time) => Date.now() - time < loop.ms).slice(1 - loop.count);
  if (times.length === loop.count - 1) {
    say.warn(`reloading for the same reason again and again, so not at once: ${explain(why)}`);
    await new Promise((resolve) => setTimeout(resolve, loop.ms));
    times = times.map(() => Date.now());
  }
  remember({ ...why, times: [...times, Date.now()], scroll: [scrollX, scrollY] });
  say.info(`reloading: ${explain(why)}`);
  location.reload();
  return true;
}

/** What led to this life of the page; however often it asks to be reloaded, that is once more. */
let life: Memory | null = null;

/** After a reload of ours: say why it was, and go back to where the user was. */
export function sayWhyReloaded(): void {
  life = remembered();
  if (!life?.scroll) return;
  const { scroll, ...told } = life;
  remember(told);
  const last = told.times.at(-1) ?? 0;
  const navigation = performance.getEntriesByType('navigation')[0] as
    | PerformanceNavigationTiming
    | undefined;
  if (navigation?.type !== 'reload' || Date.now() - last > 60_000) return;
  say.info(`reloaded: ${explain(told)}`);
  const [x, y] = scroll;
  if (x || y) addEventListener('load', () => scrollTo(x, y), { once: true });
}
