// What the page was born with: the server's identity and its own, in the injected block.

export interface Birth {
  project: string;
  boot: string;
  rev: number;
  page: string;
  hash: string;
}

/** Read the birth; a page without one (its HTML came from elsewhere) holds nothing. */
export function readBirth(): Birth {
  const unknown: Birth = { project: '', boot: '', rev: 0, page: location.pathname, hash: '' };
  // From the prototype: an element named "querySelector" can't get in the way.
  const query = Document.prototype.querySelector;
  const meta = query.call(document, 'meta[name="hotreload"][data-hotreload]');
  const content = meta?.getAttribute('content');
  return content ? { ...unknown, ...JSON.parse(content) } : unknown;
}
