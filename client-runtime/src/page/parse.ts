// A page's text as the tree that a navigation would make of it.

import { trusted } from '../shared/trusted.ts';
import { hideNoscript, misplaced, showNoscript } from './noscript.ts';

/** How often a text is parsed at most: where an element ends up is known only then. */
const most = 8;
const xml = ['application/xhtml+xml', 'image/svg+xml'] as const;

/** Parse as the page itself was: an XHTML page and a drawing as XML. */
export function parse(html: string): Document {
  const type = xml.find((each) => each === document.contentType);
  if (type) return new DOMParser().parseFromString(trusted(html), type);
  const source = html.replace(/^\ufeff/, '');
  const kept = new Set<number>();
  for (let tries = 0; ; tries++) {
    const text = trusted(hideNoscript(source, kept));
    const parsed = new DOMParser().parseFromString(text, 'text/html');
    const others = misplaced(parsed);
    if (others.length === 0 || tries === most) {
      showNoscript(parsed);
      return parsed;
    }
    for (const place of others) kept.add(place);
  }
}
