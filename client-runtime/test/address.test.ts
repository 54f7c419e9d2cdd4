import assert from 'node:assert/strict';
import { test } from 'node:test';
import { served } from './served.ts';

type Address = typeof import('../src/shared/address.ts');

const root = await served<Address>(['shared/address.ts']);
const mounted = await served<Address>(
  ['shared/address.ts'],
  'https://[::1]/app/@hotreload/client.js',
);
const at = { root: 'http://localhost:8000', mounted: 'https://[::1]/app' };

test('a path hangs below the origin and the base', () => {
  assert.equal(root.urlOf('/src/a.js'), `${at.root}/src/a.js`);
  assert.equal(mounted.urlOf('/src/a.js'), `${at.mounted}/src/a.js`);
});

test('a version goes into the query', () => {
  assert.equal(root.urlOf('/a.js', 'b.1'), `${at.root}/a.js?v=b.1`);
  assert.equal(root.urlOf('/a.css?import', 'b.1'), `${at.root}/a.css?import&v=b.1`);
  assert.equal(root.urlOf('/a.js', ''), `${at.root}/a.js`);
});

test('a URL of this server is a path, without base, query and fragment', () => {
  const cases: [Address, string, string | null][] = [
    [root, `${at.root}/src/a.js?v=1#x`, '/src/a.js'],
    [root, '../b.js', '/b.js'],
    [root, '/src/../c.js', '/c.js'],
    [root, '', '/src/page.html'],
    [mounted, '/app/a.js', '/a.js'],
    [mounted, '/app/', '/'],
  ];
  for (const [address, url, path] of cases) {
    const page = `${address === root ? at.root : at.mounted}/src/page.html`;
    assert.equal(address.pathOf(url, page), path, url);
  }
});

test('any other URL is none', () => {
  const urls = [
    'http://localhost:8001/a.js',
    'https://localhost:8000/a.js',
    '//evil.example/a.js',
    '\\\\evil.example\\a.js',
    'http://localhost:8000@evil.example/a.js',
    'data:text/javascript,1',
    `blob:${at.root}/0b4f`,
    'javascript:alert(1)',
    'about:blank',
    'http://[',
  ];
  for (const url of urls) assert.equal(root.pathOf(url, `${at.root}/`), null, url);
  for (const url of ['/a.js', '/app', '/application/a.js', '/app/../a.js', '/app/%2e%2e/a.js']) {
    assert.equal(mounted.pathOf(url, `${at.mounted}/`), null, url);
  }
});

test('a path of an update that leads elsewhere is refused', () => {
  const hostile = [
    '',
    'a.js',
    '//evil.example/x.js',
    '///evil.example/x.js',
    '\\\\evil',
    '/\\evil.example/x.js',
    '/a\\..\\b.js',
    'https://evil.example/x.js',
    'data:text/javascript,alert(1)',
    `blob:${at.root}/0b4f`,
    'javascript:alert(1)',
    '/@hotreload/../x',
    '/..',
    '/../other/x.js',
    '/./x.js',
    '/%2e%2e/other/x.js',
    '/a/.%2E/../x.js',
    '/..?import',
    '/\t/evil.example/x.js',
    '/\n/evil.example/x.js',
    ' /x.js',
  ];
  for (const path of hostile) {
    assert.equal(root.isSafePath(path), false, JSON.stringify(path));
    assert.equal(mounted.isSafePath(path), false, JSON.stringify(path));
  }
});

test('a path of an update that stays here is not', () => {
  const paths = [
    '/x.js',
    '/src/a.css?import',
    '/a.js?v=0b4f.12',
    '/.config/..hidden/a...js',
    '/node_modules/@scope/name/index.js',
    '/%E2%82%AC/%23.js',
    '/a[b](c);d=1,2+3|4~.js',
  ];
  for (const address of [root, mounted]) {
    for (const path of paths) {
      assert.equal(address.isSafePath(path), true, path);
      assert.equal(new URL(address.urlOf(path)).href, address.urlOf(path), path);
    }
  }
});

// As hotreload.project.urls.to_url() writes it.
test('paths are spelled as the server spells them', () => {
  const cases = {
    '/a b.js': '/a%20b.js',
    '/€.js': '/%E2%82%AC.js',
    '/%e2%82%ac.js': '/%E2%82%AC.js',
    '/%23%3F%25.js': '/%23%3F%25.js',
    '/%41%2D%2f': '/A-%2F',
    "/!$&'()*+,;=:@~|[]": "/!$&'()*+,;=:@~|[]",
    '/%21%24%26%27%28%29%2A%2B%2C%3B%3D%3A%40%7E%7C%5B%5D': "/!$&'()*+,;=:@~|[]",
    '/^`{}"<>': '/%5E%60%7B%7D%22%3C%3E',
    '/%2523': '/%2523',
    '/%ff%zz': '/%ff%zz',
  };
  for (const [path, spelled] of Object.entries(cases)) {
    assert.equal(root.normal(path), spelled);
    assert.equal(root.normal(spelled), spelled, 'once is enough');
  }
});

test('every spelling of a file name is one path', () => {
  for (let code = 0x20; code < 0x800; code++) {
    const name = String.fromCharCode(code);
    if ('/\\.'.includes(name)) continue;
    const escaped = root.normal(`/x${encodeURIComponent(name)}`);
    assert.equal(root.pathOf(`${at.root}/x${encodeURIComponent(name)}`, at.root), escaped);
    if (!'?#%'.includes(name)) assert.equal(root.pathOf(`/x${name}y`, at.root), `${escaped}y`);
  }
});

test('a version replaces the one before, and nothing else changes', () => {
  const cases = {
    'a.png': 'a.png?v=2',
    'a.png?v=1': 'a.png?v=2',
    'a.png?w=5&v=1&h=6': 'a.png?w=5&h=6&v=2',
    'a.svg?v=1#icon': 'a.svg?v=2#icon',
    'a.svg#a#b?v=1': 'a.svg?v=2#a#b?v=1',
    'a.png?x=1?y&view=3': 'a.png?x=1?y&view=3&v=2',
    '../a%20b.png?': '../a%20b.png?v=2',
    '?': '?v=2',
  };
  for (const [address, versioned] of Object.entries(cases)) {
    assert.equal(root.withVersion(address, '2'), versioned);
  }
});
