import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { served } from './served.ts';

type Runtime = typeof import('../src/connection/queue.ts');
type Update = import('../src/connection/protocol.ts').Update;

const { UpdateQueue } = await served<Runtime>(['connection/queue.ts']);

const said = mock.method(console, 'warn', () => {});

function updateOf(rev: number): Update {
  return { rev } as Update;
}

function queueOf(run: (update: Update) => Promise<void> = async () => {}) {
  const told: unknown[] = [];
  const queue = new UpdateQueue(run, (modules, rev) => told.push([modules, rev]));
  const over = () => new Promise<void>((resolve) => queue.after(resolve));
  return { queue, told, over };
}

test('updates run one after the other', async () => {
  const ran: string[] = [];
  const { queue, over } = queueOf(async ({ rev }) => {
    ran.push(`begin ${rev}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
    ran.push(`end ${rev}`);
  });
  queue.add(updateOf(1));
  queue.add(updateOf(2));
  await over();
  assert.deepEqual(ran, ['begin 1', 'end 1', 'begin 2', 'end 2']);
});

test('what is invalidated in an update is told at once when it is over', async () => {
  const { queue, told, over } = queueOf(async ({ rev }) => {
    if (rev !== 1) return;
    queue.invalidate('/a.js', 'why');
    await null;
    queue.invalidate('/b.js', '');
    assert.deepEqual(told, []);
  });
  queue.add(updateOf(1));
  queue.add(updateOf(2));
  await over();
  assert.deepEqual(told, [[{ '/a.js': 'why', '/b.js': '' }, 1]]);
});

test('what is invalidated between two updates is told soon, of no update', async () => {
  const { queue, told, over } = queueOf();
  queue.add(updateOf(1));
  await over();
  queue.invalidate('/a.js', '');
  queue.invalidate('/a.js', 'again');
  await null;
  assert.deepEqual(told, [[{ '/a.js': 'again' }, 0]]);
});

test('before any update there is nothing to go back on', async () => {
  const { queue, told, over } = queueOf();
  queue.invalidate('/a.js', '');
  await over();
  assert.deepEqual(told, []);
  assert.match(String(said.mock.calls[0]?.arguments.at(-1)), /\/a\.js .* ignored/);
});
