// A page that an app rendered: fetched again, by the address that is shown and with its own cookies,
// when what it is rendered from has changed.

import type { MorphResult } from '../morph/index.ts';
import { say } from '../shared/console.ts';
import { setOwnProblem } from '../ui/problems.ts';
import { type Answer, ask, hashOf, problemOf, typeOf } from './ask.ts';
import type { Rendered } from './birth.ts';
import { watchFollowed } from './followed.ts';
import { initialize } from './libraries.ts';
import { mustReload, type Page } from './page.ts';
import { parse } from './parse.ts';
import { Parts } from './parts.ts';
import { forbidReload } from './reload.ts';
import { Shown } from './shown.ts';

const unchanged: MorphResult = { kind: 'unchanged' };
/** How long a router takes to show a page once it has its address or its HTML, in milliseconds. */
const settle = 150;
/** How long it takes at most to write a file, in milliseconds. */
const whole = 100;
/** How long after an edit an app that runs by itself may show it, in milliseconds: they look each second. */
const slow = [1200, 1800];
const again = 'what this page is rendered from';

export class RenderedPage {
  private readonly rendered: Rendered;
  private readonly page: Page;
  private readonly shown: Shown;
  private readonly parts = new Parts();
  private readonly born: string;
  private readonly again: (changed: string) => void;
  private latest: string;
  private timer = 0;
  private following: Promise<void> = Promise.resolve();
  private told = '';
  private waits = 0;

  /**
   * @param address the URL at which the page was loaded
   * @param again has `refetch` called, when no update is being applied
   */
  constructor(
    rendered: Rendered,
    page: Page,
    address: string,
    again: (changed: string) => void = () => {},
  ) {
    this.rendered = rendered;
    this.page = page;
    this.shown = new Shown(page, address);
    this.born = this.shown.address;
    this.again = again;
    this.latest = stateOf(page.hash);
    if (rendered.problem) setOwnProblem(rendered.problem);
    this.checkMethod();
    const changed = () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => {
        this.following = this.follow();
      }, settle);
    };
    watchFollowed(changed);
    // Where there is no such thing, an edit finds out.
    (globalThis as { navigation?: EventTarget }).navigation?.addEventListener(
      'currententrychange',
      changed,
    );
    addEventListener('popstate', changed);
  }

  /** Fetch the page as it is rendered now, and merge it in. */
  async refetch(changed: readonly string[]): Promise<MorphResult> {
    await this.following;
    const known = await this.shown.look();
    this.checkMethod();
    if (this.isPosted) {
      say.warn(
        `${changed.join(', ')} changed. This page stays as it is: it answers a ` +
          `${this.rendered.method}, which is never sent twice`,
      );
      return unchanged;
    }
    let answer: Answer;
    try {
      answer = await ask(this.shown.address, this.shown.asked);
      if (!known) {
        const other = await ask(this.shown.here);
        if (isPage(other)) {
          if (!areTheSame(answer.text, other.text)) {
            return mustReload('a script has shown this page, and nobody can tell from what');
          }
          this.shown.rename(this.shown.here);
          answer = other;
        } else this.tellUnknown(other.response.status);
      }
    } catch (error) {
      // The page still has its old hash, so that the next hello leads here again.
      say.warn(`${changed.join(', ')} changed, but the page could not be fetched`, error);
      return unchanged;
    }
    let result = await this.merge(answer);
    if (result.kind === 'reload') {
      // The app may have read a template while it was being written.
      await new Promise((resolve) => setTimeout(resolve, whole));
      const written = await ask(this.shown.address, this.shown.asked).catch(() => answer);
      result = await this.merge(written);
    }
    if (result.kind === 'reload' || result.kind === 'vetoed') return result;
    const morph = await this.page.morph();
    if (result.kind === 'unchanged') this.wait(changed);
    const inParts = typeof morph === 'string' ? false : await this.parts.refetch(morph.known);
    if (result.kind === 'applied' || inParts) initialize();
    return inParts && result.kind === 'unchanged'
      ? { kind: 'applied', mutations: 1, data: [] }
      : result;
  }

  /** Look again, where an app may take its time to notice what has changed. */
  private wait(changed: readonly string[]): void {
    const isOwn = changed.length === 1 && changed[0] === again;
    const ms = this.rendered.slow ? slow[isOwn ? this.waits : 0] : undefined;
    if (ms === undefined) return;
    this.waits = isOwn ? this.waits + 1 : 1;
    setTimeout(() => this.again(again), ms);
  }

  /** Scripts have shown another page, or a part of one: see to it that it is as it is rendered now. */
  private async follow(): Promise<void> {
    const { here } = this.shown;
    if (!(await this.shown.look())) {
      // Of the page that this is a part of, nobody has asked for the whole.
      const part = await this.shown.hashOfPart(here);
      if (part !== null) await this.askForBase(here, stateOf(part));
      if (here === this.shown.here) await this.shown.look();
    }
    this.checkMethod();
    const state = stateOf(this.page.hash);
    if (state !== this.latest && state !== '') this.again(again);
  }

  /** @param state what it has to be rendered from: a later one is not what is shown */
  private async askForBase(address: string, state: string): Promise<void> {
    try {
      const answer = await ask(address);
      const hash = hashOf(answer.response);
      if (isPage(answer) && hash !== null && stateOf(hash) === state)
        this.shown.note(address, answer.text, hash);
    } catch (error) {
      say.debug(`${address} could not be fetched`, error);
    }
  }

  private get isPosted(): boolean {
    return this.rendered.method !== 'GET' && this.shown.address === this.born;
  }

  private checkMethod(): void {
    const { method } = this.rendered;
    forbidReload(this.isPosted ? `it answers a ${method}, which is never sent twice` : null);
  }

  private tellUnknown(status: number): void {
    const { here, address } = this.shown;
    if (this.told !== here) {
      say.warn(`${here} answers with ${status}: this page follows ${address}, where it came from`);
    }
    this.told = here;
  }

  private async merge({ response, text }: Answer): Promise<MorphResult> {
    const { address } = this.shown;
    const { problem, status } =
      address === this.born ? this.rendered : { problem: null, status: 200 };
    if (response.redirected && response.url !== address) {
      return mustReload(`${address} redirects to ${response.url} now`);
    }
    if (response.status >= 400 && (problem !== null || response.status !== status)) {
      setOwnProblem(problemOf({ response, text }, address, parse));
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
    const hash = hashOf(response);
    if (hash !== null && result.kind !== 'reload' && result.kind !== 'vetoed') {
      this.page.hash = hash;
      this.page.html = text;
      this.latest = stateOf(hash);
    }
    return result;
  }
}

/** Names what a page was rendered from. */
function stateOf(hash: string): string {
  return hash.split('.', 1)[0] ?? '';
}

function isPage({ response }: Answer): boolean {
  return response.ok && !response.redirected && typeOf(response).startsWith(document.contentType);
}

/** Whether two answers are the same page, but for what differs from answer to answer. */
function areTheSame(a: string, b: string): boolean {
  if (a === b) return true;
  const [one, other] = [a, b].map((text) => {
    const page = parse(text);
    for (const element of page.querySelectorAll('[nonce]')) element.removeAttribute('nonce');
    for (const element of page.querySelectorAll('input[type=hidden]')) {
      element.removeAttribute('value');
    }
    for (const element of page.querySelectorAll('meta[name*=csrf i]')) {
      element.removeAttribute('content');
    }
    return page.documentElement;
  });
  return one?.isEqualNode(other ?? null) === true;
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
