import assert from 'node:assert/strict';
import { beforeEach, mock, test } from 'node:test';
import { served } from './served.ts';

type Runtime = typeof import('../src/hot.ts') & typeof import('../src/events.ts');

const { Hot, attempt, emit, off, on } = await served<Runtime>(['hot.ts', 'events.ts']);

const said = mock.method(console, 'error', () => {});
mock.method(console, 'info', () => {});
beforeEach(() => said.mock.resetCalls());

function hotOf(path: string, host: Partial<import('../src/hot.ts').HotHost> = {}) {
  return new Hot(path, {}, { invalidate: () => {}, send: () => {}, ...host });
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

test('each form of accept says what it waits for', () => {
  const hot = hotOf('/src/main.js');
  const callback = () => {};
  hot.accept();
  hot.accept(callback);
  hot.accept('/src/dep.js', callback);
  hot.accept('./dep.js');
  hot.accept(['../a.js', '/style.css?import'], callback);
  hot.acceptExports('name', callback);
  assert.deepEqual(
    hot.acceptances.map(({ deps, list }) => [deps, list]),
    [
      [[], false],
      [[], false],
      [['/src/dep.js'], false],
      [['/src/dep.js'], false],
      [['/a.js', '/style.css?import'], true],
      [[], false],
    ],
  );
  for (const i of [1, 2, 4, 5]) assert.equal(hot.acceptances[i]?.callback, callback);
  for (const i of [0, 3]) assert.equal(hot.acceptances[i]?.callback({}), undefined);
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
