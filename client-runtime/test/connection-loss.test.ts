import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backOff, pace } from '../src/connection/connection.ts';
import { Bench, connected } from './connection-bench.ts';

test('the first attempt after a loss is made at once, the others back off', () => {
  const bench = connected();
  const waits: number[] = [];
  for (let i = 0; i < 12; i++) {
    bench.drop();
    const count = bench.sockets.length;
    let waited = 0;
    bench.clock.pass(0);
    while (bench.sockets.length === count) {
      bench.clock.pass(50);
      waited += 50;
    }
    waits.push(waited);
  }
  assert.deepEqual(waits.slice(0, 9), [0, 200, 400, 800, 1600, 3200, 6400, 10_000, 10_000]);
  bench.connect();
  bench.drop();
  bench.clock.pass(0);
  assert.equal(bench.socket.sent.length, 0, 'after a welcome it is made at once again');
  assert.equal(bench.connection.status, 'connecting');
});

test('a socket that opens without being welcomed does not reset the back-off', () => {
  const bench = connected();
  for (let i = 0; i < 6; i++) {
    bench.drop();
    bench.clock.pass(pace.longest);
    bench.socket.onopen?.();
  }
  bench.drop();
  const count = bench.sockets.length;
  bench.clock.pass(pace.backOff * 2 ** 6 - 1);
  assert.equal(bench.sockets.length, count);
});

test('the wait has full jitter and an upper limit', () => {
  assert.equal(backOff(0, 1, false), 0);
  for (let attempts = 1; attempts < 2000; attempts = attempts * 2 + 1) {
    assert.equal(backOff(attempts, 0, false), 0);
    const longest = backOff(attempts, 1, false);
    assert.ok(longest > 0 && longest <= 10_000);
    assert.equal(backOff(attempts, 0.25, false), longest / 4);
  }
});

test('while the page is seen the wait is short, though not for ever', () => {
  assert.equal(backOff(10, 1, true), pace.longestVisible);
  assert.equal(backOff(pace.patience, 1, true), pace.longest);
});

test('a server of another protocol version is told apart from a loss', () => {
  const bench = connected();
  bench.socket.onclose?.({ code: 1012 });
  assert.equal(bench.outdated, 0);
  bench.clock.pass(pace.longest);
  bench.socket.onclose?.({ code: 4001 });
  assert.equal(bench.outdated, 1);
});

test('a socket that cannot be made is a failed attempt, not an error in the page', () => {
  const bench = new Bench();
  bench.refuse = true;
  bench.connection.open();
  assert.equal(bench.connection.status, 'waiting');
  bench.clock.pass(0);
  assert.equal(bench.connection.status, 'waiting');
  bench.refuse = false;
  bench.clock.pass(pace.longest);
  bench.connect();
  assert.equal(bench.connection.status, 'connected');
});

test('while the server does not answer no socket is tried', () => {
  const bench = connected();
  bench.answers = 'nobody';
  bench.drop();
  bench.clock.pass(60_000);
  assert.equal(bench.sockets.length, 1);
  assert.ok(bench.probes > 5);
  bench.answers = 'server';
  bench.clock.pass(pace.longest);
  bench.connect();
  assert.equal(bench.connection.status, 'connected');
  assert.equal(bench.refusals, 0);
});

test('a program that is not ours is left alone, and the server is found when it is back', () => {
  const bench = connected();
  bench.answers = 'stranger';
  bench.drop();
  bench.clock.pass(60_000);
  assert.equal(bench.sockets.length, 1);
  assert.ok(bench.probes >= 2);
  assert.ok(bench.probes <= 30, `${bench.probes} questions in a minute`);
  bench.answers = 'server';
  bench.clock.pass(pace.longest);
  bench.connect();
  assert.equal(bench.connection.status, 'connected');
});

test('an answer that comes after the attempt was given up opens nothing', () => {
  const bench = connected();
  bench.answers = null;
  bench.drop();
  bench.clock.pass(0);
  const late = bench.late;
  bench.clock.pass(pace.probe + pace.backOff * 2);
  assert.equal(bench.sockets.length, 2, 'after a silence a socket is tried without asking');
  late('server');
  assert.equal(bench.sockets.length, 2);
  bench.connect();
  bench.drop();
  bench.clock.pass(0);
  bench.connection.leave();
  bench.late('server');
  assert.equal(bench.sockets.length, 2);
});

test('a socket that a server which answers never lets open is refused on the way', () => {
  const bench = new Bench();
  bench.connection.open();
  bench.drop();
  assert.equal(bench.refusals, 0, 'the server may just not have been there');
  bench.clock.pass(0);
  bench.drop();
  assert.equal(bench.refusals, 1);
});

test('once there was a socket, one that breaks off may be chance', () => {
  const bench = connected();
  bench.drop();
  bench.clock.pass(0);
  bench.drop();
  assert.equal(bench.refusals, 0);
  bench.clock.pass(pace.longest);
  bench.connect();
  bench.drop();
  bench.clock.pass(0);
  bench.drop();
  assert.equal(bench.refusals, 0, 'a welcome starts the count again');
  bench.clock.pass(pace.longest);
  bench.drop();
  assert.equal(bench.refusals, 1);
});

test('a socket that opens and carries nothing is refused on the way too', () => {
  const bench = new Bench();
  bench.connection.open();
  bench.drop();
  bench.clock.pass(0);
  bench.socket.onopen?.();
  bench.clock.pass(pace.answer);
  assert.equal(bench.refusals, 1);
});

test('a network that goes dark refuses nothing, however often a socket is tried', () => {
  for (const before of [connected(), new Bench()]) {
    const bench = before;
    if (bench.sockets.length === 0) bench.connection.open();
    bench.answers = null;
    bench.clock.pass(20 * 60_000);
    assert.ok(bench.sockets.length > 5);
    assert.equal(bench.refusals, 0);
    bench.answers = 'server';
    bench.clock.pass(2 * pace.connect);
    bench.connect();
    assert.equal(bench.connection.status, 'connected');
    assert.equal(bench.refusals, 0);
  }
});

test('sockets lost on nights apart are no refusal', () => {
  const bench = connected();
  for (let night = 0; night < 5; night++) {
    bench.drop();
    bench.clock.pass(0);
    // The server answers, and is gone before there is a socket.
    bench.drop();
    bench.answers = 'nobody';
    bench.clock.pass(60_000);
    bench.answers = 'server';
    bench.clock.pass(pace.longest);
    if (night % 2) bench.connect();
  }
  assert.equal(bench.refusals, 0);
});

test('a proxy that lets a server answer and swallows its sockets refuses them', () => {
  const bench = new Bench();
  bench.connection.open();
  bench.clock.pass(3 * pace.connect);
  assert.ok(bench.refusals > 0);
});

for (const [code, told, waits] of [
  [1000, false, false],
  [1001, false, false],
  [1005, false, false],
  [1006, false, false],
  [1012, false, false],
  [4002, false, false],
  [1008, true, true],
  [1009, true, true],
  [1011, true, true],
  [1013, true, true],
] as const) {
  test(`after the close code ${code} it connects again${waits ? ', though not at once' : ' at once'}`, () => {
    const bench = connected();
    bench.drop(code);
    assert.deepEqual(bench.ended, told ? [code] : []);
    bench.clock.pass(0);
    assert.equal(bench.sockets.length, waits ? 1 : 2);
    bench.clock.pass(pace.longest);
    assert.equal(bench.sockets.length, 2);
    assert.equal(bench.refusals, 0);
  });
}

test('a server that ends each connection for an error is asked less and less, although it is seen', () => {
  const bench = connected();
  bench.clock.seen = true;
  bench.clock.chance = 0.5;
  for (const wait of [100, 200, 400, 800]) {
    bench.drop(1008);
    const before = bench.sockets.length;
    bench.clock.pass(wait - 1);
    assert.equal(bench.sockets.length, before);
    bench.clock.pass(1);
    assert.equal(bench.sockets.length, before + 1);
  }
});
