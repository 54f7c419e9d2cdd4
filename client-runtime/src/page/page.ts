// The page's HTML: base, as it was served, and what becomes of it.

import { isSwapped } from '../assets/fetched.ts';
import { untilAnswered } from '../connection/answers.ts';
import type { PageUpdate } from '../connection/protocol.ts';
import { type MorphResult, PageMorph } from '../morph/index.ts';
import { base, pathOf } from '../shared/address.ts';
import { say } from '../shared/console.ts';
import { options } from '../shared/options.ts';
import { distrust } from '../shared/trusted.ts';
import { noteChanges } from './highlight.ts';
import { parse } from './parse.ts';

/** How often to ask a server that answers otherwise: a policy may keep the page from asking. */
const patience = 3;
/** In milliseconds: a connection that the browser kept may be dead. */
const baseWithin = 5000;

export class Page {
  hash: string;
  /** That of an update which is here and not applied yet, or null. */
  coming: string | null = null;
  /** The HTML the page was last in step with, as far as it is known. */
  html: string | null = null;
  private readonly fetchBase: () => Promise<PageMorph | string | null>;
  private fetched: Promise<PageMorph | string | null>;

  /** `hash` names the HTML the page was born with, `path` the file that it is. */
  constructor(hash: string, path: string) {
    this.hash = hash;
    this.fetchBase = async () => {
      const found = await fetchBase(hash, path);
      if (found === null) return null;
      if ('unknown' in found) return found.unknown;
      this.html ??= found.html;
      return found.morph;
    };
    this.fetched = this.fetchBase();
  }

  /** From now on the page is what scripts have made of other HTML; see `hash` for what it has. */
  follow(html: string, hash: string): void {
    this.html = html;
    this.hash = hash;
    this.fetched = Promise.resolve(morphOf(html));
  }

  /** Ask for the base again, where it could not be asked for; settles when that is done. */
  async prepare(): Promise<void> {
    const asked = this.fetched;
    if ((await asked) === null && this.fetched === asked) this.fetched = this.fetchBase();
    await this.fetched;
  }

  /** What keeps the page in step, or why nothing does; a server that is away is waited for. */
  async morph(): Promise<PageMorph | string> {
    for (let attempts = 0; attempts < patience; attempts++) {
      const found = await this.fetched;
      if (found !== null) return found;
      await untilAnswered('to read the HTML this page was made of');
      await this.prepare();
    }
    return (await this.fetched) ?? 'the HTML this page was made of could not be asked for';
  }

  async update({ hash, html }: PageUpdate): Promise<MorphResult> {
    if (this.coming === hash) this.coming = null;
    if (hash === this.hash) return { kind: 'unchanged' };
    if (html === null) return mustReload('the page is too large to be morphed');
    const morph = await this.morph();
    if (typeof morph === 'string') return mustReload(morph);
    const changes = options.highlight ? noteChanges() : null;
    const result = morph.update(parse(html));
    changes?.show();
    if (result.kind === 'applied' || result.kind === 'unchanged') {
      this.hash = hash;
      this.html = html;
    }
    return result;
  }
}

/** What the page was made of, or why that is not known. */
type Base = { html: string; morph: PageMorph } | { unknown: string };

export function mustReload(reason: string): MorphResult {
  return { kind: 'reload', reason };
}

/**
 * The server keeps what it served under its hash: what the page was made of, to the byte. A restarted
 * one knows what its file still is. Null where none answered.
 */
async function fetchBase(hash: string, path: string): Promise<Base | null> {
  const unknown = 'the server does not know the HTML this page was made of any more';
  if (hash === '') return { unknown };
  let html: string;
  try {
    const query = new URLSearchParams({ page: path });
    const response = await fetch(`${base}@hotreload/base/${hash}?${query}`, {
      signal: AbortSignal.timeout(baseWithin),
    });
    if (!response.ok) return { unknown };
    html = await response.text();
  } catch (error) {
    say.debug('the HTML this page was made of could not be read yet', error);
    return null;
  }
  await parsed();
  const morph = morphOf(html);
  return typeof morph === 'string' ? { unknown: morph } : { html, morph };
}

function morphOf(html: string): PageMorph | string {
  try {
    return new PageMorph(parse(html), document, isSwappedAt);
  } catch (error) {
    return `the HTML this page was made of could not be read: ${distrust() ?? error}`;
  }
}

/** Settles when the document is whole: in XML, scripts that import the runtime come before its end. */
function parsed(): Promise<unknown> {
  if (document.readyState !== 'loading') return Promise.resolve();
  return new Promise((resolve) => document.addEventListener('DOMContentLoaded', resolve));
}

export function isSwappedAt(address: string): boolean {
  const path = pathOf(address);
  return path !== null && isSwapped(path);
}
