// Reloading, the last resort: always with its reason, said before and after, and never into a server
// that does not answer.

import { untilAnswered, untilNobodyLeaves } from '../connection/answers.ts';
import type { Reload } from '../connection/protocol.ts';
import { say } from '../shared/console.ts';
import { options } from '../shared/options.ts';
import { isPrevented } from '../shared/veto.ts';
import { hideNotice, showNotice } from '../ui/notices.ts';
import { hasAddress } from './birth.ts';
import { captureUser, restoreUser, type UserState } from './restore.ts';

const key = 'hotreload:reload';
/** As many reloads for one reason within this time may be a loop: then one waits as long. */
const loop = { count: 5, ms: 5000 };

interface Memory extends Reload {
  times: number[];
  /** What the user had done, until it was done again. */
  user?: UserState;
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

/** Never reload this page, for a reason; null where there is none any more. */
export function forbidReload(reason: string | null): void {
  forbidden = reason;
}

/** Reload the page, unless a listener prevents it; slower where it goes round in circles. */
export async function reload(why: Reload): Promise<boolean> {
  if (forbidden !== null) {
    say.warn(`this page is out of date: ${explain(why)} (it is not reloaded: ${forbidden})`);
    return false;
  }
  // The first two are what Vite's listeners get.
  const told = { type: 'full-reload', path: '*', ...why };
  const prevented = await isPrevented(
    'hotreload:beforeFullReload',
    'hotreload:before-reload',
    told,
  );
  if (prevented || options.reload !== 'auto') {
    const by = prevented ? 'its reload was prevented' : 'reload it by hand';
    say.warn(`this page is out of date: ${explain(why)} (${by})`);
    if (!prevented && options.reload === 'ask') ask(why);
    return false;
  }
  await leave(why);
  return true;
}

function ask(why: Reload): void {
  showNotice('reload', {
    title: 'This page is out of date',
    text: explain(why),
    actions: [
      ['Reload', () => void leave(why)],
      ['Later', () => hideNotice('reload')],
    ],
  });
}

/** Where the page goes round in circles, wait. Returns when it was reloaded for this lately. */
async function slowDown(why: Reload): Promise<number[]> {
  const earlier = life?.reason === why.reason ? life.times : [];
  const times = earlier.filter((time) => Date.now() - time < loop.ms).slice(1 - loop.count);
  if (times.length < loop.count - 1) return times;
  say.warn(`reloading for the same reason again and again, so not at once: ${explain(why)}`);
  await new Promise((resolve) => setTimeout(resolve, loop.ms));
  return times.map(() => Date.now());
}

/** Whether the page is on its way to be reloaded: once is enough, for whatever reasons. */
let leaving = false;

async function leave(why: Reload): Promise<void> {
  if (leaving) return;
  leaving = true;
  const times = await slowDown(why);
  await untilAnswered(`to reload the page: ${explain(why)}`);
  await untilNobodyLeaves();
  leaving = false;
  if (askAround(why)) return;
  remember({ ...why, times: [...times, Date.now()], user: captureUser() });
  say.info(`reloading: ${explain(why)}`);
  location.reload();
}

/** What only the page around can load anew: a `blob:` may be gone, and what was written, too. */
const needsOther =
  !hasAddress &&
  typeof parent !== 'undefined' &&
  parent !== window &&
  location.href !== 'about:srcdoc';
const request = 'hotreload:reload-around';

/** Let the page around this one reload where this one can't; returns whether that is so. */
function askAround(why: Reload): boolean {
  if (!needsOther) return false;
  say.info(`reloading the page around this one: ${explain(why)}`);
  const event = new CustomEvent(request, { cancelable: true, detail: why });
  // Without our runtime it says nothing, but it reloads.
  if (parent.document.dispatchEvent(event)) parent.location.reload();
  return true;
}

/** Reload when a frame asks for it that can't do so by itself. */
export function reloadFrames(): void {
  document.addEventListener(request, (event) => {
    event.preventDefault();
    void reload((event as CustomEvent<Reload>).detail);
  });
}

/** What led to this life of the page; however often it asks to be reloaded, that is once more. */
let life: Memory | null = null;

/** Whether a reload of ours for this reason led to this life of the page. */
export function wasReloadedFor(reason: string): boolean {
  return life?.reason === reason;
}

/** After a reload of ours: say why it was, and go back to where the user was. */
export function sayWhyReloaded(): void {
  life = remembered();
  if (!life?.user) return;
  const { user, ...told } = life;
  remember(told);
  const last = told.times.at(-1) ?? 0;
  const navigation = performance.getEntriesByType('navigation')[0] as
    | PerformanceNavigationTiming
    | undefined;
  if (navigation?.type !== 'reload' || Date.now() - last > 60_000) return;
  say.info(`reloaded: ${explain(told)}`);
  restoreUser(user);
}
