import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { served } from './served.ts';

type Runtime = typeof import('../src/modules/hot.ts') & typeof import('../src/shared/events.ts');

const { Hot, attempt, emit, off, on } = await served<Runtime>([
  'modules/hot.ts',
  'shared/events.ts',
]);

const said = mock.method(console, 'error', () => {});
mock.method(console, 'info', () => {});
beforeEach(() => said.mock.resetCalls());

function hotOf(path: string, host: Partial<import('../src/modules/hot.ts').HotHost> = {}) {
  const nothing = { invalidate: () => {}, send: () => {}, accepting: () => {} };
  return new Hot(path, {}, { ...nothing, instance: async () => ({ own: path }), ...host });
}

/** A callback, typed as its author would. */
function typed(callback: (loaded: Record<string, unknown>) => unknown) {
  return callback as (...modules: unknown[]) => unknown;
}

test('listeners hear their event, in the order in which they came', async () => {
  const heard: unknown[] = [];
  on('order', async (data) => {
    await null;
    heard.push(['first', data]);
  });
  on('order', (data) => heard.push(['second', data]));
  on('another', () => heard.push('never'));
  await emit('order', 7);
  assert.deepEqual(heard, [
    ['first', 7],
    ['second', 7],
  ]);
});

test('a listener that throws or rejects stops no other, and is reported', async () => {
  const heard: string[] = [];
  on('isolated', () => {
    throw new Error('thrown');
  });
  on('isolated', async () => {
    throw new Error('rejected');
  });
  on('isolated', () => heard.push('after'));
  await emit('isolated', null);
  assert.deepEqual(heard, ['after']);
  const errors = said.mock.calls.map(({ arguments: words }) => words.at(-1).message);
  assert.deepEqual(errors, ['thrown', 'rejected']);
});

test('what is attempted says whether it went well', async () => {
  assert.equal(await attempt('this', () => 1), true);
  assert.equal(await attempt('that', () => Promise.reject(new Error('no'))), false);
});

test("Vite's names of events are heard as ours", async () => {
  const heard: unknown[] = [];
  const listener = (data: unknown) => heard.push(data);
  on('vite:beforeUpdate', listener);
  on('hotreload:beforeUpdate', listener);
  await emit('hotreload:beforeUpdate', 1);
  assert.deepEqual(heard, [1, 1]);
  off('vite:beforeUpdate', listener);
  off('vite:beforeUpdate', listener);
  await emit('hotreload:beforeUpdate', 2);
  assert.deepEqual(heard, [1, 1]);
});

test('who is taken off hears no more, and who was never on is no error', async () => {
  const heard: unknown[] = [];
  const once = (data: unknown) => {
    heard.push(data);
    off('once', once);
  };
  on('once', once);
  on('once', () => heard.push('other'));
  await emit('once', 1);
  await emit('once', 2);
  off('once', once);
  off('never', once);
  assert.deepEqual(heard, [1, 'other', 'other']);
});

test('a module that goes takes only its own listeners with it', async () => {
  const heard: unknown[] = [];
  const shared = (data: unknown) => heard.push(data);
  const [going, staying] = [hotOf('/a.js'), hotOf('/b.js')];
  going.on('shared', shared);
  staying.on('shared', shared);
  going.off('shared', shared);
  going.retire();
  going.off('shared', shared);
  await emit('shared', 1);
  assert.deepEqual(heard, [1]);
  staying.retire();
  await emit('shared', 2);
  assert.deepEqual(heard, [1]);
});

test('each form of accept says what it waits for, and is called with that', async () => {
  const hot = hotOf('/src/main.js');
  const called: unknown[] = [];
  const callback = (loaded: unknown) => called.push(loaded);
  const loaded = { x: 1 };
  hot.accept();
  hot.accept(callback);
  hot.accept('/src/dep.js', callback);
  hot.accept('./dep.js');
  hot.accept(['../a.js', '/style.css?import'], callback);
  hot.accept([], callback);
  hot.acceptExports('name', callback);
  assert.deepEqual(
    hot.acceptances.map(({ deps, exports }) => [deps, exports]),
    [
      [null, null],
      [null, null],
      [['/src/dep.js'], null],
      [['/src/dep.js'], null],
      [['/a.js', '/style.css?import'], null],
      [[], null],
      [null, ['name']],
    ],
  );
  for (const { run } of hot.acceptances) await run(loaded, '/a.js');
  assert.deepEqual(called, [loaded, loaded, [loaded, undefined], [], loaded]);
});

test("esm-hmr's callbacks take an object, and a module that exports its names is not one", async () => {
  const hot = hotOf('/main.js');
  const called: unknown[] = [];
  const loaded = { x: 1 };
  hot.accept(typed(({ module }) => called.push(module)));
  hot.accept(
    typed(async function named({ deps, module: me }) {
      called.push(deps, me);
    }),
  );
  hot.accept(
    ['./a.js', './b.js'],
    typed(({ module, deps }) => called.push(module, deps)),
  );
  hot.accept(
    './a.js',
    typed(({ deps }) => called.push(deps)),
  );
  hot.accept(typed(({ x }) => called.push(x)));
  for (const { run } of hot.acceptances) await run(loaded, '/b.js');
  const own = { own: '/main.js' };
  assert.deepEqual(called, [loaded, [], loaded, own, [undefined, loaded], [loaded], 1]);
  await hot.acceptances[0]?.run({ module: 'mine' }, '/main.js');
  assert.equal(called.at(-1), 'mine');
});

test('what is accepted is told in few words', () => {
  const told: string[] = [];
  const hot = hotOf('/m.js', { accepting: (path) => told.push(path) });
  assert.deepEqual(hot.accepted, {});
  hot.acceptExports(['b', 'a']);
  hot.acceptExports('c');
  assert.deepEqual(hot.accepted, { exports: ['a', 'b', 'c'] });
  hot.accept(['./b.js', './a.js']);
  hot.accept('./a.js');
  hot.accept();
  hot.refuse(['/x.js']);
  assert.deepEqual(hot.accepted, {
    itself: true,
    deps: ['/a.js', '/b.js'],
    declined: ['/x.js'],
  });
  assert.deepEqual(told, ['/m.js', '/m.js', '/m.js', '/m.js', '/m.js', '/m.js']);
});

test('invalidate and send reach the server under the name of the module', () => {
  const told: unknown[] = [];
  const hot = hotOf('/a.js', {
    invalidate: (path, message) => told.push([path, message]),
    send: (event, data) => told.push([event, data]),
  });
  hot.invalidate();
  hot.invalidate('why');
  hot.send('mine', { x: 1 });
  hot.send('mine');
  assert.deepEqual(told, [
    ['/a.js', ''],
    ['/a.js', 'why'],
    ['mine', { x: 1 }],
    ['mine', undefined],
  ]);
});
