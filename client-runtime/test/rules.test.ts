// What a source changes of its rules is made in the live ones, which others may have changed too.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planRules } from '../src/styles/rules.ts';

function made(base: string, next: string, live: string): string {
  const rules = [...live];
  for (const step of planRules([...base], [...next], [...live])) {
    if (step.kind === 'delete') rules.splice(step.at, 1);
    else rules.splice(step.at, 0, step.rule);
  }
  return rules.join('');
}

test('only what the source changed is changed', () => {
  assert.equal(made('abc', 'Abc', 'aXc'), 'AXc');
  assert.equal(made('abcde', 'aCbde', 'abcdX'), 'aCbdX');
  assert.equal(made('abc', 'abc', 'XYZ'), 'XYZ');
  assert.equal(made('ab', 'aNb', 'aSb'), 'aNSb');
  assert.equal(made('abc', 'ac', 'aXc'), 'ac');
  assert.equal(made('aaa', 'aaaa', 'aaa'), 'aaaa');
  assert.equal(made('abc', 'abcd', 'ab'), 'abd');
});

test('a rule that others changed is found by its selector where they added some, too', () => {
  const [base, next] = [
    ['h1 { a }', 'h2 { b }'],
    ['h1 { a }', 'h2 { c }'],
  ];
  const live = ['h1 { a }', 'p { s }', 'h2 { x }', 'i { s }'];
  assert.deepEqual(planRules(base, next, live), [
    { kind: 'delete', at: 2 },
    { kind: 'insert', at: 2, rule: 'h2 { c }' },
  ]);
});

test('what is already as the source wants it is not made again', () => {
  assert.deepEqual(planRules(['a', 'b'], ['a', 'B'], ['a', 'B']), []);
});

test('where nobody else changed anything the result is the source', () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 48271) % 2147483647;
    return seed % below;
  };
  const text = () => Array.from({ length: random(9) }, () => 'abcde'[random(5)]).join('');
  for (let round = 0; round < 2000; round++) {
    const [base, next] = [text(), text()];
    assert.equal(made(base, next, base), next, `${base} → ${next}`);
  }
});
