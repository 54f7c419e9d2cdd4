import { getAttribute, select, setAttribute } from './members.ts';
// Queries by which a template makes browsers ask again for a file that changed: `?v={{ mtime }}`. The
// file itself was swapped when it changed, so its new address is no edit of the page.

import { mapSrcset } from '../assets/srcset.ts';

const shown = 'script, link, img, source, video, audio, track, embed, input, image, use';
const attributes = ['src', 'href', 'poster', 'data-src'];
const names =
  /^(?:_|v|ver|version|t|ts|time|timestamp|m|mtime|modified|h|hash|digest|etag|rev|revision|build|cb|cache|bust|cachebust(?:er)?|nocache|rnd|random)$/i;
/** What is made of a time or of a file's bytes: of a release, a number or a hash. */
const stamp = /^(?:v?\d[\d.]*|(?=.*\d)[\da-f]{6,})$/i;

/**
 * Write the addresses of `next` as `base` does where they differ in nothing but such a query.
 *
 * @param isSwapped whether the file at an address is swapped by itself
 */
export function keepAddresses(
  base: Document,
  next: Document,
  isSwapped: (address: string) => boolean,
): void {
  const known = new Map<string, string>();
  const note = (address: string) => {
    const key = busted(address, isSwapped);
    if (key !== null && !known.has(key)) known.set(key, address);
    return address;
  };
  rewrite(base, note);
  if (known.size === 0) return;
  rewrite(next, (address) => known.get(busted(address, isSwapped) ?? '') ?? address);
}

function rewrite(document: Document, change: (address: string) => string): void {
  for (const element of select(document, shown)) {
    for (const name of attributes) set(element, name, change);
    for (const name of ['srcset', 'imagesrcset']) set(element, name, (t) => mapSrcset(t, change));
  }
}

function set(element: Element, name: string, change: (text: string) => string): void {
  const before = getAttribute(element, name);
  if (!before) return;
  const after = change(before);
  if (after !== before) setAttribute(element, name, after);
}

/** An address without what only makes browsers ask again; null where that may be more than that. */
function busted(address: string, isSwapped: (address: string) => boolean): string | null {
  const [, path = '', query = '', hash = ''] = /^([^?#]*)\??([^#]*)(.*)$/s.exec(address) ?? [];
  if (path === '' || !isSwapped(path)) return null;
  const kept = query.split('&').filter((pair) => pair !== '' && !isBusting(pair));
  return `${path}?${kept.join('&')}${hash}`;
}

function isBusting(pair: string): boolean {
  const equals = pair.indexOf('=');
  return equals < 0 ? stamp.test(pair) : names.test(pair.slice(0, equals));
}
