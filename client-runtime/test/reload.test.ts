import assert from 'node:assert/strict';
import { afterEach, beforeEach, mock, test } from 'node:test';
import { setImmediate as settled } from 'node:timers/promises';
import { served } from './served.ts';

type Reloading = typeof import('../src/page/reload.ts') & typeof import('../src/shared/events.ts');

const why = { reason: 'nobody accepts it', chain: ['/a.js', '/b.js'] };
const said: string[] = [];
let storage = new Map<string, string>();
let scrolled: number[][] = [];
let reloads = 0;
let navigation = 'reload';

class Scrolled {
  scrollLeft = 0;
  scrollTop = 0;
  scrollTo({ left, top }: { left: number; top: number }): void {
    [this.scrollLeft, this.scrollTop] = [left, top];
    scrolled.push([left, top]);
  }
}

/** A page as far as reloading needs one. */
function pretend(changes: Record<string, unknown> = {}): void {
  const loads: (() => void)[] = [];
  const scrollingElement = new Scrolled();
  const globals = {
    document: Object.assign(new EventTarget(), { querySelectorAll: () => [], scrollingElement }),
    Element: Scrolled,
    MutationObserver: class {
      observe(): void {}
      disconnect(): void {}
    },
    getSelection: () => null,
    sessionStorage: {
      getItem: (key: string) => storage.get(key) ?? null,
      setItem: (key: string, value: string) => storage.set(key, value),
    },
    location: { reload: () => reloads++ },
    performance: { getEntriesByType: () => [{ type: navigation }] },
    scrollX: 3,
    scrollY: 40,
    addEventListener: (type: string, run: () => void) => type === 'load' && loads.push(run),
    ...changes,
  };
  for (const [name, value] of Object.entries(globals)) {
    Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  }
  load = () => loads.splice(0).forEach((run) => void run());
}
let load = () => {};

/** What a (re)loaded page has: the runtime anew, and the storage as it was left. */
async function loaded(): Promise<Reloading> {
  const runtime = await served<Reloading>(['page/reload.ts', 'shared/events.ts']);
  runtime.sayWhyReloaded();
  load();
  return runtime;
}

beforeEach(() => {
  for (const name of ['debug', 'info', 'warn', 'error'] as const) {
    mock.method(console, name, (...words: unknown[]) => said.push(words.slice(2).join(' ')));
  }
  storage = new Map();
  scrolled = [];
  reloads = 0;
  navigation = 'reload';
  said.length = 0;
  pretend();
});

afterEach(() => mock.reset());

test('a reload says why before and after, and goes back to where the user was', async () => {
  assert.equal(await (await loaded()).reload(why), true);
  assert.equal(reloads, 1);
  assert.deepEqual(said, ['reloading: nobody accepts it (/a.js → /b.js)']);
  await loaded();
  assert.equal(said.at(-1), 'reloaded: nobody accepts it (/a.js → /b.js)');
  assert.deepEqual(scrolled, [[3, 40]]);
});

test("the user's own reload afterwards is not taken for ours", async () => {
  await (await loaded()).reload(why);
  await loaded();
  said.length = 0;
  await loaded();
  assert.deepEqual(said, []);
  assert.equal(scrolled.length, 1);
});

test('a page that is opened in the same tab was not reloaded', async () => {
  await (await loaded()).reload(why);
  said.length = 0;
  navigation = 'navigate';
  await loaded();
  assert.deepEqual(said, []);
});

test('a listener prevents it, by either event', async () => {
  const runtime = await loaded();
  const prevent = (event: unknown) => (event as { preventDefault(): void }).preventDefault();
  runtime.on('vite:beforeFullReload', prevent);
  assert.equal(await runtime.reload(why), false);
  runtime.off('vite:beforeFullReload', prevent);
  document.addEventListener('hotreload:before-reload', prevent, { once: true });
  assert.equal(await runtime.reload(why), false);
  assert.equal(reloads, 0);
  assert.equal(await runtime.reload(why), true);
});

test('a page without storage reloads all the same', async () => {
  const sandboxed = () => {
    throw new DOMException('no storage', 'SecurityError');
  };
  pretend({ sessionStorage: { getItem: sandboxed, setItem: sandboxed } });
  assert.equal(await (await loaded()).reload(why), true);
  assert.equal(reloads, 1);
});

test('circles are slowed down, and the last change still arrives', async () => {
  mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  for (let i = 1; i <= 4; i++) assert.equal(await (await loaded()).reload(why), true);
  for (let i = 5; i <= 8; i++) {
    const done = (await loaded()).reload(why);
    await settled();
    assert.equal(reloads, i - 1, 'not at once');
    mock.timers.tick(5000);
    assert.equal(await done, true);
    assert.equal(reloads, i);
  }
  mock.timers.tick(5000);
  const later = (await loaded()).reload(why);
  assert.equal(await later, true, 'at once again');
});

test('one page that asks for it many times is reloaded once', async () => {
  const runtime = await loaded();
  for (let i = 0; i < 20; i++) await runtime.reload(why);
  await (await loaded()).reload(why);
  assert.equal(reloads, 21);
});

test('reloads for different reasons are no circle', async () => {
  for (let i = 0; i < 20; i++) await (await loaded()).reload({ ...why, reason: `reason ${i}` });
  assert.equal(reloads, 20);
});
