// Parts that scripts have put into the page: what brought each one is asked for again, and the part
// alone is morphed.

import { PageMorph } from '../morph/index.ts';
import { say } from '../shared/console.ts';
import { setOwnProblem } from '../ui/problems.ts';
import { type Answer, ask, hashOf, problemOf } from './ask.ts';
import { findOuter, findPart, sourceOfPart } from './find-part.ts';
import { type Brought, followed, isWhole, type Source } from './followed.ts';
import { isSwappedAt } from './page.ts';
import { parse } from './parse.ts';

/** No edit asks for more. */
const most = 20;

interface Part {
  html: string;
  /** See `sourceOfPart`. */
  within: string;
  morph: PageMorph | null;
}

export class Parts {
  private readonly known = new WeakMap<Brought, Part>();
  private readonly told = new Set<string>();

  /**
   * Fetch again what has put parts into the page, and merge it in.
   *
   * @param others the nodes of the page that came with the page itself
   * @returns whether that changed anything
   */
  async refetch(others: ReadonlySet<Node>): Promise<boolean> {
    if (document.contentType !== 'text/html') return false;
    let changed = false;
    let count = 0;
    const taken = new Set(others);
    for (const brought of followed()) {
      const source = await brought.read();
      if (!source || !isPart(source) || count >= most) continue;
      const part = this.known.get(brought) ?? { html: source.html, within: '', morph: null };
      this.known.set(brought, part);
      if (!part.morph?.isThere) part.morph = this.find(source, part, taken);
      if (!part.morph) continue;
      for (const node of part.morph.known) taken.add(node);
      count++;
      if (await this.renew(source, part, part.morph)) changed = true;
    }
    return changed;
  }

  private find(source: Source, part: Part, taken: ReadonlySet<Node>): PageMorph | null {
    const whole = sourceOfPart(part.html, source.asked);
    if (!whole) return null;
    const outer = findOuter(whole, taken);
    part.within = outer?.id ?? '';
    const base = outer ? sourceOfPart(part.html, source.asked, outer.id) : whole;
    const found = outer ?? findPart(whole, source.asked, taken);
    if (!base || found === null) return null;
    if (found !== 'somewhere') {
      const isOther = (node: Node) => node !== found && taken.has(node);
      const morph = new PageMorph(base, document, isSwappedAt, { parent: found, isOther });
      if (morph.isThere) return morph;
    }
    if (outer) return null;
    this.tell(source, 'scripts have changed it too much for its edits to be shown in it');
    return null;
  }

  private async renew(source: Source, part: Part, morph: PageMorph): Promise<boolean> {
    if (source.method !== 'GET') {
      this.tell(source, 'which is never sent twice: edits of it are not shown');
      return false;
    }
    let answer: Answer;
    try {
      answer = await ask(source.url, source.asked);
    } catch (error) {
      say.warn(`${source.url}, a part of this page, could not be fetched`, error);
      return false;
    }
    if (!answer.response.ok) {
      setOwnProblem(problemOf(answer, source.url, parse));
      return false;
    }
    const next = sourceOfPart(answer.text, source.asked, part.within);
    if (hashOf(answer.response) === null || !next || answer.text === part.html) return false;
    const result = morph.update(next);
    if (result.kind === 'reload') this.tell(source, `its edit is not shown: ${result.reason}`);
    else if (result.kind !== 'vetoed') part.html = answer.text;
    return result.kind === 'applied';
  }

  private tell({ method, url }: Source, what: string): void {
    const text = `a part of this page came from ${method} ${url}: ${what}`;
    if (!this.told.has(text)) say.warn(text);
    this.told.add(text);
  }
}

/** Pages that scripts have asked for are parts of this one only where a library takes a part of them. */
function isPart({ html, asked }: Source): boolean {
  const takes = 'turbo-frame' in asked || 'x-up-target' in asked || 'hx-target' in asked;
  return !isWhole(html) || (takes && !('hx-boosted' in asked));
}
