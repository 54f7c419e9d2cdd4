// What the page was born with: the server's identity and its own, in the injected block.

import type { ProblemState } from '../connection/protocol.ts';

/** How an app rendered the page. */
export interface Rendered {
  method: string;
  /** Null where the page was told before its status was known. */
  status: number | null;
  /** Why it could not be. */
  problem: ProblemState | null;
  /** Whether the app may notice only some time after the server what has changed. */
  slow: boolean;
}

export interface Birth {
  project: string;
  boot: string;
  rev: number;
  page: string;
  hash: string;
  /** Null where the page is a file. */
  rendered: Rendered | null;
}

/** A document that a script wrote has the address of another one, but came from nowhere. */
const from =
  typeof document === 'undefined'
    ? ''
    : (performance.getEntriesByType('navigation')[0]?.name ?? location.href);

/** Whether a server answers the page's address: not so in frames by `srcdoc` and `blob:`. */
export const hasAddress = /^https?:/.test(from);

/** Read the birth; a page without one (its HTML came from elsewhere) holds nothing. */
export function readBirth(): Birth {
  const unknown: Birth = {
    project: '',
    boot: '',
    rev: 0,
    page: hasAddress ? location.pathname : '',
    hash: '',
    rendered: null,
  };
  // From the prototype: an element named "querySelector" can't get in the way.
  const query = Document.prototype.querySelector;
  const meta = query.call(document, 'meta[name="hotreload"][data-hotreload]');
  const content = meta?.getAttribute('content');
  return content ? { ...unknown, ...JSON.parse(content) } : unknown;
}
