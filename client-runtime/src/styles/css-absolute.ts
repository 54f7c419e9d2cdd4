// A stylesheet's text, as it can stand anywhere in the page.

import { mapImports } from './css-imports.ts';
import { mapUrls } from './css-urls.ts';

const absolute = /^(?:[a-z][a-z\d+.-]*:|\/\/|#|$)/i;

/** A text whose addresses lead to the same places from anywhere in the page. */
export function absoluteUrls(css: string, base: string): string {
  const change = (address: string) =>
    absolute.test(address) ? address : new URL(address, base).href;
  return mapImports(mapUrls(css, change), change);
}
