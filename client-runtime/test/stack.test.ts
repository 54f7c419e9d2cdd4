// Places in stacks, as each engine writes them: of modules that came as `data:` URLs, too.

import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { served } from './served.ts';

type Stack = typeof import('../src/errors/stack.ts');

const site = 'http://localhost:8000';
const code = '__hr(import.meta,"/src/a b.js");throw new Error("@1:1");';
const encoded = `data:text/javascript;charset=utf-8,${encodeURIComponent(code)}`;
const base64 = `data:text/javascript;base64,${btoa(code)}`;

let stack: Stack;

before(async () => {
  Object.assign(globalThis, { document: { baseURI: `${site}/` } });
  stack = await served<Stack>(['errors/stack.ts']);
});

test('a module that came as its text is named by its path', () => {
  for (const url of [encoded, base64])
    assert.deepEqual(stack.placeOf(url, 1, 2), { path: '/src/a b.js', line: 1, column: 2 });
});

test("a script that is its text, and isn't ours, keeps its URL", () => {
  for (const url of [
    'data:text/javascript,throw%201',
    'data:text/javascript;base64,%',
    'data:text/javascript;charset=utf-8,%',
  ])
    assert.equal(stack.placeOf(url, 1, 1).path, url);
});

test('stacks of V8, SpiderMonkey and JavaScriptCore are read alike', () => {
  const written = [
    `Error: no\n    at late (${site}/a.js?v=1:4:33)\n    at ${site}/@hotreload/client.js:1:1`,
    `late@${site}/a.js?v=1:4:33\n@${site}/@hotreload/client.js:1:1\n`,
    `late@${site}/a.js?v=1:4:33\nmodule code@${site}/@hotreload/client.js:1:1\n@[native code]`,
  ];
  for (const text of written) {
    const place = { path: '/a.js', line: 4, column: 33 };
    assert.deepEqual(stack.readStack(text), [{ text: 'late', place }]);
  }
  const [{ text, place } = {}] = stack.readStack(`late@${encoded}:1:9\n@[native code]`);
  assert.deepEqual([text, place?.path], ['late', '/src/a b.js']);
});
