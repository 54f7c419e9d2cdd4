import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Away } from '../src/connection/away.ts';

test('how long a page was away is said once, from when it was lost first', () => {
  const away = new Away();
  assert.equal(away.back(5), null, 'it never was');
  away.lost(1000);
  away.lost(50_000);
  assert.equal(away.back(76_000), '1 min 15 s');
  assert.equal(away.back(500_000), null);
});

test('a restart is not worth a word, and long times are rounded', () => {
  for (const [seconds, words] of [
    [0, null],
    [9.9, null],
    [10, '10 s'],
    [60, '1 min'],
    [3599.4, '59 min 59 s'],
    [3600, '1 h'],
    [3661, '1 h 1 min'],
    [86_400, '1 d'],
    [200_000, '2 d 7 h'],
  ] as const) {
    const away = new Away();
    away.lost(0);
    assert.equal(away.back(seconds * 1000), words);
  }
});
