import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pace } from '../src/connection/connection.ts';
import { Bench, connected } from './connection-bench.ts';

test('a socket that opens says hello, and is connected once it is welcomed', () => {
  const bench = new Bench();
  bench.connection.open();
  assert.deepEqual(bench.socket.sent, []);
  bench.socket.onopen?.();
  assert.deepEqual(bench.socket.sent, ['{"type":"hello"}']);
  assert.equal(bench.connection.send('early'), false);
  bench.hear('welcome');
  assert.equal(bench.connection.send('now'), true);
  assert.deepEqual(bench.socket.sent, ['{"type":"hello"}', 'now']);
  assert.deepEqual(bench.statuses, ['connecting', 'connected']);
});

test('what is no text is not received', () => {
  const bench = connected();
  bench.socket.onmessage?.({ data: new ArrayBuffer(4) });
  assert.deepEqual(bench.received, ['welcome']);
});

test('a silent connection is asked, and an answer keeps it', () => {
  const bench = connected();
  for (let beat = 1; beat <= 5; beat++) {
    bench.clock.pass(pace.heartbeat);
    assert.equal(bench.socket.pings, beat);
    bench.hear('pong');
  }
  assert.equal(bench.sockets.length, 1);
});

test('a connection on which something is heard is not asked', () => {
  const bench = connected();
  for (let i = 0; i < 10; i++) {
    bench.clock.pass(pace.heartbeat / 2);
    bench.hear('update');
  }
  assert.equal(bench.socket.pings, 0);
});

test('a connection that does not answer in time is given up for another', () => {
  const bench = connected();
  const silent = bench.socket;
  bench.clock.pass(pace.heartbeat + pace.answer - 1);
  assert.equal(bench.connection.status, 'connected');
  bench.clock.pass(1);
  assert.deepEqual(silent.closed, [undefined]);
  assert.equal(bench.sockets.length, 2);
  bench.connect();
  assert.equal(bench.connection.status, 'connected');
});

test('after a sleep the clock on the wall says that the answer is overdue', () => {
  const bench = connected();
  bench.clock.pass(pace.heartbeat);
  assert.equal(bench.socket.pings, 1);
  bench.clock.sleep(3_600_000);
  bench.connection.check();
  bench.clock.pass(0);
  assert.equal(bench.sockets.length, 2);
});

test('after a sleep between two heartbeats the connection is asked first', () => {
  const bench = connected();
  bench.clock.sleep(3_600_000);
  bench.connection.check();
  assert.ok(bench.socket.pings > 0);
  assert.equal(bench.sockets.length, 1);
  bench.hear('pong');
  bench.clock.pass(pace.quickAnswer);
  assert.equal(bench.sockets.length, 1);
});

test('a check asks with a short deadline, which further checks do not put off', () => {
  const bench = connected();
  bench.connection.check();
  bench.clock.pass(pace.quickAnswer / 2);
  bench.connection.check();
  bench.clock.pass(pace.quickAnswer / 2);
  assert.equal(bench.sockets.length, 2);
});

test('a check while waiting connects at once', () => {
  const bench = connected();
  for (let i = 0; i < 8; i++) {
    bench.drop();
    bench.clock.pass(i === 7 ? 0 : pace.longest);
  }
  const before = bench.sockets.length;
  assert.equal(bench.connection.status, 'waiting');
  bench.connection.check();
  assert.equal(bench.sockets.length, before + 1);
  bench.clock.pass(pace.longest);
  assert.equal(bench.sockets.length, before + 1, 'the timer of the attempt before still ran');
});

test('a check while connecting opens no second socket', () => {
  const bench = new Bench();
  bench.connection.open();
  bench.connection.check();
  assert.equal(bench.sockets.length, 1);
});

test('a check finds a connecting that a sleep interrupted', () => {
  const bench = new Bench();
  bench.connection.open();
  bench.clock.sleep(pace.connect);
  bench.connection.check();
  bench.clock.pass(0);
  assert.equal(bench.sockets.length, 2);
});

test('a socket that never opens is given up', () => {
  const bench = new Bench();
  bench.connection.open();
  bench.clock.pass(pace.connect - 1);
  assert.equal(bench.sockets.length, 1);
  bench.clock.pass(1);
  assert.equal(bench.sockets.length, 2);
});

test('a server that never answers hello is given up, whatever else it says', () => {
  const bench = new Bench();
  bench.connection.open();
  bench.clock.pass(pace.connect - 1);
  bench.socket.onopen?.();
  bench.clock.pass(pace.answer - 1);
  bench.hear('something else');
  assert.equal(bench.sockets.length, 1);
  bench.clock.pass(1);
  assert.equal(bench.sockets.length, 2);
});

test('leaving closes the socket, is no failure, and starts nothing', () => {
  const bench = connected();
  const socket = bench.socket;
  bench.connection.leave();
  assert.deepEqual(socket.closed, [1000]);
  socket.onclose?.({ code: 1000 });
  bench.clock.pass(3_600_000);
  assert.equal(bench.sockets.length, 1);
  assert.equal(bench.clock.pending, 0);
  assert.equal(bench.probes, 0);
});

test('a page that comes back from the back/forward cache connects again', () => {
  const bench = connected();
  bench.connection.check();
  bench.connection.leave();
  bench.clock.sleep(3_600_000);
  bench.connection.check();
  assert.equal(bench.sockets.length, 2);
  bench.clock.pass(pace.connect - 1);
  bench.connect();
  assert.equal(bench.connection.status, 'connected');
  bench.clock.pass(pace.heartbeat);
  assert.equal(bench.socket.pings, 1);
});

test('what an old socket still says is ignored', () => {
  const bench = connected();
  const old = bench.socket;
  bench.drop();
  bench.clock.pass(0);
  bench.connect();
  old.onopen?.();
  old.onmessage?.({ data: 'late' });
  old.onclose?.({ code: 1006 });
  assert.equal(bench.connection.status, 'connected');
  assert.equal(bench.sockets.length, 2);
  assert.deepEqual(bench.received, ['welcome', 'welcome']);
  assert.equal(old.sent.length, 1);
});
