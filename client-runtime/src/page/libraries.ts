// Libraries that have to be told of elements which an edit has added: others watch the page themselves.

import { say } from '../shared/console.ts';

interface Libraries {
  htmx?: { process?: (element: Element) => unknown };
  up?: { hello?: (element: Element) => unknown };
}

/** Have them look at the page; what they know already they leave alone. */
export function initialize(): void {
  const { htmx, up } = globalThis as Libraries;
  try {
    htmx?.process?.(document.body);
    up?.hello?.(document.body);
  } catch (error) {
    say.warn("what an edit has added could not be made the page's library's", error);
  }
}
