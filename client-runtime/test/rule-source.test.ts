// A stylesheet's text is cut where its rules end, whatever is in them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isLossy, splitRules } from '../src/styles/rule-source.ts';

test('rules end at their own brackets and semicolons', () => {
  const rules = [
    'a { b: c; d: "}" }',
    "@media (a: b) { a { b: url(x;}y) } c { d: ';' } }",
    '@layer a, b;',
    '/* } */ a[b="{"] { --c: { d: e; } }',
    'a\\} { b: c }',
    '@font-face { src: url("a)b") }',
  ];
  assert.deepEqual(splitRules(rules.join('\n')), rules);
  assert.deepEqual(splitRules('a { b: c'), ['a { b: c}']);
  assert.deepEqual(splitRules(' /* a */ '), ['/* a */']);
  assert.deepEqual(splitRules(''), []);
});

test('a text that leaves a value out says too little', () => {
  assert.ok(isLossy('.a { padding-top: ; padding-left: 0px; }'));
  assert.ok(isLossy('@media all {\n  .a { padding-top: ; }\n}'));
  assert.ok(!isLossy('.a { padding: var(--p); color: red; }'));
  assert.ok(!isLossy('a:hover { color: red; }'));
});
