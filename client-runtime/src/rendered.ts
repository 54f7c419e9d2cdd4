// A page that an app rendered: fetched again, by its own address and with its own cookies, when what it
// is rendered from has changed.

import type { Rendered } from './birth.ts';
import { say } from './console.ts';
import type { MorphResult } from './morph/index.ts';
import { mustReload, type Page } from './page.ts';
import { parse } from './parse.ts';
import type { ProblemState } from './protocol.ts';
import { forbidReload } from './reload.ts';
import { setOwnProblem } from './ui/problems.ts';

/** By this header the server knows who asks, and answers with the hash of what it rendered. */
const header = 'x-hotreload';
const patience = 10_000;
/** Characters of an error's report that are shown. */
const most = 5000;
const unchanged: MorphResult = { kind: 'unchanged' };

export class RenderedPage {
  private readonly rendered: Rendered;
  private readonly page: Page;
  private readonly address: string;

  /** @param address the URL at which the page was loaded, whatever scripts make of it later */
  constructor(rendered: Rendered, page: Page, address: string) {
    this.rendered = rendered;
    this.page = page;
    this.address = address.replace(/#.*/, '');
    if (rendered.problem) setOwnProblem(rendered.problem);
    if (rendered.method !== 'GET') {
      forbidReload(`it answers a ${rendered.method}, which is never sent twice`);
    }
  }

  /** Fetch the page as it is rendered now, and merge it in. */
  async refetch(changed: readonly string[]): Promise<MorphResult> {
    if (this.rendered.method !== 'GET') {
      say.warn(
        `${changed.join(', ')} changed. This page stays as it is: it answers a ` +
          `${this.rendered.method}, which is never sent twice`,
      );
      return unchanged;
    }
    let response: Response;
    let text: string;
    try {
      response = await this.fetch('text/html,application/xhtml+xml;q=0.9,*/*;q=0.8');
      if (response.status >= 500 && isHtml(response)) {
        // Frameworks tell programs in plain text what they show to people by a page full of scripts.
        const plain = await this.fetch('text/plain');
        if (plain.status >= 500) response = plain;
      }
      text = await response.text();
    } catch (error) {
      // The page still has its old hash, so that the next hello leads here again.
      say.warn(`${changed.join(', ')} changed, but the page could not be fetched`, error);
      return unchanged;
    }
    return this.merge(response, text);
  }

  private fetch(accept: string): Promise<Response> {
    return fetch(this.address, {
      cache: 'no-store',
      headers: { accept, [header]: 'refetch' },
      signal: AbortSignal.timeout(patience),
    });
  }

  private async merge(response: Response, text: string): Promise<MorphResult> {
    const { problem, status } = this.rendered;
    if (response.redirected && response.url !== this.address) {
      return mustReload(`${this.address} redirects to ${response.url} now`);
    }
    if (response.status >= 400 && (problem !== null || response.status !== status)) {
      setOwnProblem(problemOf(response, text, this.address));
      return unchanged;
    }
    if (problem !== null || (status !== null && status >= 400 && response.ok)) {
      return mustReload('the page could not be rendered, and can be now');
    }
    if (!typeOf(response).startsWith(document.contentType)) {
      say.warn(`this page stays as it is: its address answers with ${typeOf(response)} now`);
      return unchanged;
    }
    setOwnProblem(null);
    const morph = await this.page.morph();
    if (typeof morph === 'string') return mustReload(morph);
    const result = morph.update(withNonce(parse(text)));
    const hash = response.headers.get(header);
    if (hash !== null && result.kind !== 'reload' && result.kind !== 'vetoed') {
      this.page.hash = hash;
    }
    return result;
  }
}

/** Each answer has a nonce of its own; what is put into this page has to have this page's. */
function withNonce(next: Document): Document {
  const nonce = document.querySelector<HTMLElement>('[nonce]')?.nonce;
  const theirs = next.querySelector('[nonce]')?.getAttribute('nonce');
  if (!nonce || !theirs) return next;
  for (const element of next.querySelectorAll('[nonce]')) element.setAttribute('nonce', nonce);
  for (const meta of next.querySelectorAll('meta[http-equiv]')) {
    const content = meta.getAttribute('content');
    if (content) meta.setAttribute('content', content.replaceAll(theirs, nonce));
  }
  return next;
}

function typeOf(response: Response): string {
  return (response.headers.get('content-type') ?? 'nothing').toLowerCase();
}

function isHtml(response: Response): boolean {
  return typeOf(response).startsWith('text/html');
}

/** What an error page says, in the words of whatever framework made it. */
function problemOf(response: Response, text: string, address: string): ProblemState {
  if (typeOf(response).startsWith('application/json') && response.headers.has(header)) {
    try {
      return JSON.parse(text) as ProblemState;
    } catch {
      // Not ours, then.
    }
  }
  const about = { owner: new URL(address).pathname, kind: 'exception', line: null, column: null };
  const title = `the app answers with ${response.status} now`;
  if (!isHtml(response)) {
    // A bare traceback ends with what went wrong, a report begins with it.
    const shown = text.startsWith('Traceback') ? text.slice(-most) : text.slice(0, most);
    return { ...about, message: title, frame: shown };
  }
  const page = parse(text);
  const lines = [...page.querySelectorAll('title, h1, h2, pre, textarea')]
    .map((element) => (element.textContent ?? '').trim())
    .filter((line) => line !== '');
  return { ...about, message: title, frame: [...new Set(lines)].join('\n').slice(0, most) };
}
