// The page's HTML: base, as it was served, and what becomes of it.

import { base } from './address.ts';
import { noteChanges } from './highlight.ts';
import { type MorphResult, PageMorph } from './morph/index.ts';
import { options } from './options.ts';
import type { PageUpdate } from './protocol.ts';
import { trusted } from './trusted.ts';

export class Page {
  hash: string;
  /** That of an update which is here and not applied yet, or null. */
  coming: string | null = null;
  /** What keeps the page in step, or why nothing does. */
  readonly morph: Promise<PageMorph | string>;

  /** `hash` names the HTML the page was born with. */
  constructor(hash: string) {
    this.hash = hash;
    this.morph = fetchBase(hash);
  }

  async update({ hash, html }: PageUpdate): Promise<MorphResult> {
    if (this.coming === hash) this.coming = null;
    if (hash === this.hash) return { kind: 'unchanged' };
    if (html === null) return mustReload('the page is too large to be morphed');
    const morph = await this.morph;
    if (typeof morph === 'string') return mustReload(morph);
    const changes = options.highlight ? noteChanges() : null;
    const result = morph.update(parse(html));
    changes?.show();
    if (result.kind === 'applied' || result.kind === 'unchanged') this.hash = hash;
    return result;
  }
}

export function mustReload(reason: string): MorphResult {
  return { kind: 'reload', reason };
}

/** The server keeps what it served under its hash: what the page was made of, to the byte. */
async function fetchBase(hash: string): Promise<PageMorph | string> {
  const unknown = 'the HTML this page was made of is not known any more';
  if (hash === '') return unknown;
  try {
    const response = await fetch(`${base}@hotreload/base/${hash}`);
    return response.ok ? new PageMorph(parse(await response.text()), document) : unknown;
  } catch (error) {
    return `the HTML this page was made of could not be read: ${error}`;
  }
}

export function parse(html: string): Document {
  return new DOMParser().parseFromString(trusted(html), 'text/html');
}
