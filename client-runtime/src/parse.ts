// A page's text as the tree that a navigation would make of it.

import { hideNoscript, showNoscript } from './noscript.ts';
import { trusted } from './trusted.ts';

const xml = ['application/xhtml+xml', 'image/svg+xml'] as const;

/** Parse as the page itself was: an XHTML page and a drawing as XML. */
export function parse(html: string): Document {
  const type = xml.find((each) => each === document.contentType);
  if (type) return new DOMParser().parseFromString(trusted(html), type);
  const parsed = new DOMParser().parseFromString(trusted(hideNoscript(html)), 'text/html');
  showNoscript(parsed);
  return parsed;
}
