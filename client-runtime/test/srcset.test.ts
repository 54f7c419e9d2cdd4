import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapSrcset } from '../src/assets/srcset.ts';

function addresses(srcset: string): string[] {
  const found: string[] = [];
  const copy = mapSrcset(srcset, (address) => {
    found.push(address);
    return address;
  });
  assert.equal(copy, srcset, 'what is not changed stays as it was written');
  return found;
}

const pixel = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';

test('the addresses are what browsers take for them', () => {
  const cases: [string, string[]][] = [
    ['', []],
    [' , ,', []],
    ['a.png', ['a.png']],
    ['a', ['a']],
    ['a.png 1x, b.png 2x', ['a.png', 'b.png']],
    ['a.png,b.png 2x', ['a.png,b.png']],
    ['a.png, b.png', ['a.png', 'b.png']],
    ['a.png 1x,b.png 2x', ['a.png', 'b.png']],
    ['a.png,, b.png 2x,', ['a.png', 'b.png']],
    ['\n  small.jpg 480w,\n  large.jpg 800w\n', ['small.jpg', 'large.jpg']],
    [
      '/img/w_400,h_300/a.jpg 400w, /img/w_800,h_600/a.jpg 800w',
      ['/img/w_400,h_300/a.jpg', '/img/w_800,h_600/a.jpg'],
    ],
    [`${pixel} 1x, b.png 2x`, [pixel, 'b.png']],
    [`a.png 1x, ${pixel}`, ['a.png', pixel]],
    ['2x 2x, 480w 480w', ['2x', '480w']],
    ['a.png 1x (x, y), b.png', ['a.png', 'b.png']],
    ['a.png 100w 50h, b.png 1.5x', ['a.png', 'b.png']],
    ['a.png (never closed, b.png', ['a.png']],
  ];
  for (const [srcset, expected] of cases) assert.deepEqual(addresses(srcset), expected, srcset);
});

test('only the address that is meant changes', () => {
  const change = (address: string) => (address === 'a.png' ? "a.png?v=$&$'" : address);
  assert.equal(
    mapSrcset('xa.png 1x, a.png 2x, a.pngx 3x', change),
    "xa.png 1x, a.png?v=$&$' 2x, a.pngx 3x",
  );
});

test('hostile text is read in linear time', () => {
  for (const piece of ['(', ',', 'a ', '(,', ' ', 'a,', '1x(', '()']) {
    const begun = performance.now();
    mapSrcset(piece.repeat(200_000), (address) => address);
    assert.ok(performance.now() - begun < 2000, piece);
  }
});
