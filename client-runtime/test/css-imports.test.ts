import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spelling, splitImports } from '../src/styles/css-imports.ts';

const imports = [
  '@import "a.css";',
  "@import 'a;b.css' screen;",
  '@import url(a.css);',
  '@IMPORT url( "a)b;c.css" ) layer(x) supports(display: grid) screen and (min-width: 1px);',
  '@import url(data:text/css;base64,aDF7fQ==) print;',
  '@import"a.css"layer;',
  '@import /* ; { */ "a\\";.css" /* "*/;',
  '@import url(//fonts.example/css2?family=A:wght@400;700&display=swap);',
];
const layers = ['@layer a, b;', '@layer a /* ; */;'];
const gaps = ['', ' ', '\n\n', '/* @import "no.css"; */', '<!--', '@charset "utf-8";'];
const rests = [
  '',
  'h1 { color: red }',
  '@layer a { h1 { color: red; } }',
  '@media print { @import "no.css"; }',
  '@imported "no.css";',
  '@layer-like a;',
  '@namespace svg url(http://www.w3.org/2000/svg);',
  '@import "never closed.css',
  '@import "a.css" { h1 { color: red; } }',
  '/* never closed @import "no.css";',
];

/** The same sequence of numbers in [0, 1) for the same seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('whatever comes first, the last import ends the prelude', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const random = randomFrom(seed);
    const pick = (from: readonly string[]) => from[Math.floor(random() * from.length)] ?? '';
    const prelude: string[] = [];
    let css = '';
    for (let i = Math.floor(random() * 4); i > 0; i--) {
      const rules = [...(random() < 0.3 ? [pick(layers)] : []), pick(imports)];
      for (const rule of rules) css += pick(gaps) + rule;
      prelude.push(...rules);
    }
    const after = (random() < 0.3 ? `\n${pick(layers)}` : '') + pick(gaps) + pick(rests);
    assert.deepEqual(splitImports(css + after), { prelude, rest: after }, `seed ${seed}`);
  }
});

test('one rule has one spelling, as written and as browsers serialise it', () => {
  const pairs = [
    ["@import 'a.css';", '@import url("a.css");'],
    ['@import url( a.css )  print;', '@import url("a.css") print;'],
    ['@import"a.css"layer(x)screen;', '@import url("a.css") layer(x) screen;'],
    ['@import "a.css" (min-width:1px);', '@import url("a.css") (min-width: 1px);'],
    ['@import /* x */ "a.css"/* y */;', '@import url("a.css");'],
    ['@import "a.css";', '@import url("a.css?v=0b4f");'],
    ['@import "//x.example/*/a.css";', '@import url("//x.example/*/a.css");'],
    ['@layer a,b  ;', '@layer a, b;'],
  ] as const;
  for (const [written, serialised] of pairs) assert.equal(spelling(written), spelling(serialised));
  const others = [...imports.slice(0, 4), ...layers.slice(0, 1)].map(spelling);
  assert.equal(new Set(others).size, 4, '@import "a.css" and url(a.css) are one, all else differs');
});

test('hostile text is read in linear time', () => {
  for (const piece of [
    'url(a) ',
    'url(',
    '"',
    "'a'",
    '/*',
    '/**/',
    '\\',
    '@import ',
    'u',
    '<!--',
  ]) {
    for (const start of ['@import ', '@layer ', '']) {
      const begun = performance.now();
      splitImports(start + piece.repeat(20_000));
      assert.ok(performance.now() - begun < 2000, start + piece);
    }
  }
});
