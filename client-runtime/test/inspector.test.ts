import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseDrawn, MOST_DRAWN } from '../inspector/choose.ts';
import { layOut } from '../inspector/layout.ts';
import type { ModuleState } from '../inspector/state.ts';

function module(url: string, imports: string[] = [], more: Partial<ModuleState> = {}): ModuleState {
  return {
    url,
    static: imports,
    dynamic: [],
    self_accepting: false,
    accepts: [],
    version: '',
    pages: 1,
    touched: false,
    broken: false,
    ...more,
  };
}

function columns(modules: ModuleState[]): Record<string, number> {
  const { places } = layOut(modules);
  return Object.fromEntries([...places].map(([url, place]) => [url, place.column]));
}

test('a module stands right of everything that imports it', () => {
  const modules = [module('a', ['b', 'c']), module('b', ['c']), module('c')];
  assert.deepEqual(columns(modules), { a: 0, b: 1, c: 2 });
});

test('modules that import each other in a circle are all drawn', () => {
  assert.deepEqual(columns([module('a', ['b']), module('b', ['a'])]), { a: 0, b: 1 });
  assert.deepEqual(columns([module('a', ['a'])]), { a: 0 });
});

test('no two modules stand at one place', () => {
  const names = Array.from({ length: 12 }, (_, index) => `m${index}`);
  const modules = names.map((name, index) =>
    module(
      name,
      names.filter((_, i) => i % (index + 2) === 1),
    ),
  );
  const places = [...layOut(modules).places.values()].map(({ column, row }) => `${column},${row}`);
  assert.equal(new Set(places).size, names.length);
});

test('a graph with many layers of many ways is laid out at once', () => {
  const layers = Array.from({ length: 40 }, (_, layer) => [`${layer}a`, `${layer}b`, `${layer}c`]);
  const modules = layers.flatMap((names, layer) =>
    names.map((n) => module(n, layers[layer + 1] ?? [])),
  );
  assert.equal(layOut(modules).columns, 40);
});

test('of a large graph what changed last is drawn with its neighbours', () => {
  const many = Array.from({ length: 300 }, (_, index) => module(`/node_modules/p/${index}.js`));
  const modules = [...many, module('/a.js', ['/b.js']), module('/b.js', [], { touched: true })];
  const drawn = chooseDrawn(modules, '');
  assert.equal(drawn.length, MOST_DRAWN);
  assert.deepEqual(
    drawn.slice(0, 2).map((m) => m.url),
    ['/b.js', '/a.js'],
  );
});

test('a filter keeps what it names, and what is next to that', () => {
  const modules = [module('/a.js', ['/b.js']), module('/b.js', ['/c.js']), module('/c.js')];
  assert.deepEqual(
    chooseDrawn(modules, 'A.JS').map((m) => m.url),
    ['/a.js', '/b.js'],
  );
});
