import { isStyleElement, type StyleElement, sourceOf } from '../styles/style-element.ts';
import type { LiveMap } from './align.ts';
import { arrange } from './arrange.ts';
import { attributeEdits } from './attributes.ts';
import type { Fingerprints } from './fingerprint.ts';
import { inParallel, type Matching } from './match.ts';
import {
  contains,
  firstChild,
  getAttribute,
  isEqualNode,
  lastChild,
  localName,
  nextSibling,
  parentElement,
  parentNode,
} from './members.ts';
import {
  areEqual,
  childrenOf,
  collapse,
  containerOf,
  describe,
  isBlank,
  isCharacterData,
  isElement,
  isNoscript,
  isOurs,
  isProgram,
  isScript,
  isTemplate,
  isText,
  noscriptText,
  policyOf,
  shadowTemplate,
} from './nodes.ts';
import { Present } from './present.ts';
import { Refusal } from './refusal.ts';
import { rehearse } from './rehearse.ts';
import type { Plan, Step } from './step.ts';

/**
 * Turns the difference between two sources into steps on the page. Touches nothing.
 *
 * @throws Refusal if scripts changed what the edit changes, or an element asks for a reload.
 */
export function plan(base: Element, matching: Matching, prints: Fingerprints, live: LiveMap): Plan {
  const planner = new Planner(matching, prints, live);
  planner.element(base, matching.toNew.get(base) as Element, false);
  return planner.finish();
}

class Planner {
  readonly #matching: Matching;
  readonly #prints: Fingerprints;
  readonly #live: Present;
  readonly #steps: Step[] = [];
  /** Base nodes that stay in the page, with their next node. */
  readonly #kept: [Node, Node][] = [];
  /** Base parents whose children have been gone through. */
  readonly #parents: Node[] = [];
  /** Live nodes that get another parent. */
  readonly #adopted: Node[] = [];

  constructor(matching: Matching, prints: Fingerprints, live: LiveMap) {
    this.#matching = matching;
    this.#prints = prints;
    this.#live = new Present(live);
  }

  finish(): Plan {
    const links: LiveMap = new Map();
    for (const [base, next] of this.#kept) {
      const live = this.#live.evenIfGone(base);
      if (live) links.set(next, live);
    }
    rehearse(this.#steps, links);
    const kept = new Set(this.#kept.map(([base]) => base));
    for (const parent of this.#parents) {
      for (const child of childrenOf(parent)) this.#removeUnless(kept, child, null);
    }
    return { steps: this.#steps, links, found: this.#live.found, moving: this.#moving() };
  }

  #moving(): Set<Node> {
    const moving = new Set<Node>(this.#adopted);
    for (const step of this.#steps) {
      if (step.kind !== 'arrange') continue;
      for (const slot of step.slots) if (slot.kind === 'move') moving.add(slot.node);
    }
    return moving;
  }

  element(base: Element, next: Element, replaceable: boolean): void {
    if (this.#matching.identical.has(next)) {
      this.#kept.push([base, next]);
      return;
    }
    const live = this.#live.get(base);
    const policy = policyOf(next) ?? (live && isElement(live) ? policyOf(live) : null);
    if (!live || !isElement(live)) {
      this.#carry(base, next);
      if (policy === 'ignore' || this.#prints.same(base, next)) return;
      throw new Refusal(`${describe(base)} was removed by a script and changed by this edit`);
    }
    if (policy === 'ignore') {
      this.#carry(base, next);
      return;
    }
    if (policy === 'reload' && !areEqual(base, next)) {
      throw new Refusal(`${describe(next)} asks for a reload when it changes`, false);
    }
    const mark = [this.#steps.length, this.#kept.length, this.#parents.length] as const;
    this.#kept.push([base, next]);
    const mayReplace = replaceable || policy === 'replace';
    try {
      this.#attributes(base, next, live);
      this.#content(base, next, live, mayReplace);
    } catch (error) {
      if (!(error instanceof Refusal && error.negotiable && mayReplace)) throw error;
      [this.#steps.length, this.#kept.length, this.#parents.length] = mark;
      this.#kept.push([base, next]);
      this.#steps.push({ kind: 'replace', live, next });
    }
  }

  #attributes(base: Element, next: Element, live: Element): void {
    const edits = attributeEdits(base, next, live);
    if (edits.length === 0) return;
    const moved = getAttribute(base, 'href') !== getAttribute(next, 'href');
    if (moved && live instanceof HTMLLinkElement && live.relList.contains('stylesheet')) {
      this.#steps.push({ kind: 'stylesheet', link: live, next, edits });
    } else {
      this.#steps.push({ kind: 'attributes', element: live, edits });
    }
  }

  #content(base: Element, next: Element, live: Element, replaceable: boolean): void {
    if (isScript(next)) {
      if (!isProgram(next)) this.#data(base, next, live);
      return;
    }
    if (localName(next) === 'title' && next instanceof HTMLElement) {
      const value = next.textContent ?? '';
      if (value !== base.textContent && value !== live.textContent) {
        this.#steps.push({ kind: 'content', element: live, value });
      }
      return;
    }
    if (isNoscript(next)) {
      const value = noscriptText(next);
      if (value !== noscriptText(base)) {
        this.#steps.push({ kind: 'content', element: live, value });
      }
      return;
    }
    if (isStyleElement(live) && this.#style(base, next, live)) return;
    this.#shadow(base, next, replaceable);
    const container = isTemplate(base) ? this.#live.get(base.content) : live;
    if (!container) throw bothChanged(next);
    this.#children(containerOf(base), containerOf(next), container, replaceable);
  }

  /** What a script holds that only others read. */
  #data(base: Element, next: Element, live: Element): void {
    const [before, value] = [base.textContent ?? '', next.textContent ?? ''];
    if (before === value || live.textContent === value) return;
    if (live.textContent !== before) throw bothChanged(live);
    this.#steps.push({ kind: 'data', element: live, before, value });
  }

  /** @returns false where there is more in it than one text */
  #style(base: Element, next: Element, live: StyleElement): boolean {
    const [before, after] = [onlyText(base), onlyText(next)];
    const partner = before && this.#matching.toNew.get(before);
    if (!before || !after || (partner && partner !== after)) return false;
    if (this.#live.get(before) !== onlyText(live)) return false;
    this.#kept.push([before, after]);
    if (collapse(before.data) === collapse(after.data)) return true;
    const shown = sourceOf(live);
    if (collapse(shown) !== collapse(before.data) && shown !== after.data) throw bothChanged(live);
    this.#steps.push({ kind: 'style', element: live, source: after.data });
    return true;
  }

  #shadow(base: Element, next: Element, replaceable: boolean): void {
    const [before, after] = [shadowTemplate(base), shadowTemplate(next)];
    if (!before && !after) return;
    const changed = `the shadow root of ${describe(next)} was changed`;
    if (!before || !after || attributeEdits(before, after, before).length > 0) {
      throw new Refusal(changed);
    }
    if (this.#matching.identical.has(after)) {
      this.#kept.push([before, after]);
      return;
    }
    const root = this.#live.get(before.content);
    if (!root) throw new Refusal(changed);
    this.#kept.push([before, after]);
    this.#children(before.content, after.content, root, replaceable);
  }

  #children(base: Node, next: Node, live: Node, replaceable: boolean): void {
    const olds = lightChildren(base);
    const news = lightChildren(next);
    this.#parents.push(base);
    this.#kept.push([base, next]);
    this.#findAgain(olds, live);
    this.#checkRemovals(olds, live);
    const arrangement = arrange(olds, news, live, this.#matching, this.#live);
    if (arrangement) {
      this.#checkPlace(olds, news, live);
      this.#steps.push(arrangement);
    }
    for (const child of news) this.#child(child, next, replaceable);
  }

  #child(next: Node, parent: Node, replaceable: boolean): void {
    const base = this.#matching.toOld.get(next);
    if (!base) {
      // Something that moves in here, under new parents, is still patched as itself.
      for (const child of childrenOf(next)) this.#child(child, next, replaceable);
      return;
    }
    if (isElement(base) && parentNode(base) !== this.#matching.toOld.get(parent)) {
      const live = this.#live.get(base);
      if (!live)
        throw new Refusal(`${describe(base)} was removed by a script and moved by this edit`);
      this.#adopted.push(live);
    }
    if (isElement(base) && isElement(next)) this.element(base, next, replaceable);
    else this.#text(base, next);
  }

  #text(base: Node, next: Node): void {
    this.#kept.push([base, next]);
    if (base.nodeValue === next.nodeValue) return;
    const value = next.nodeValue ?? '';
    const live = this.#live.get(base);
    if (!isText(base)) {
      if (live && isCharacterData(live)) this.#steps.push({ kind: 'text', node: live, value });
      return;
    }
    if (collapse(base.data) === collapse(value) && !(live && showsWhitespace(live))) return;
    if (!live || !isText(live)) throw bothChanged(live ?? base);
    const rest = isUntouched(base, live, value) ? [] : this.#rest(base, live);
    if (!rest) throw bothChanged(live);
    for (const node of rest) this.#steps.push({ kind: 'remove', node });
    if (live.data !== value) this.#steps.push({ kind: 'text', node: live, value });
  }

  /** A parser splits long texts, and scripts split any: the texts after one that belong to it. */
  #rest(base: Text, live: Text): Text[] | null {
    const rest: Text[] = [];
    let text = live.data;
    let node = nextSibling(live);
    for (; node && isText(node) && !this.#live.knows(node); node = nextSibling(node)) {
      if (collapse(text) === collapse(base.data)) break;
      rest.push(node);
      text += node.data;
    }
    return collapse(text) === collapse(base.data) ? rest : null;
  }

  /** A script may have rendered once more what was there: the same, but other nodes. */
  #findAgain(olds: readonly Node[], live: Node): void {
    const lost = olds.filter((node) => !this.#live.has(node) && !isBlank(node));
    if (lost.length === 0) return;
    const unknown = new Set(childrenOf(live).filter((node) => !this.#live.knows(node)));
    for (const node of lost) {
      const again = [...unknown].find((candidate) => isEqualNode(candidate, node));
      if (!again) continue;
      unknown.delete(again);
      inParallel(node, again, (base, found) => this.#live.find(base, found));
    }
  }

  /** Refuses to remove what a script has put something else in the place of. */
  #checkRemovals(olds: readonly Node[], live: Node): void {
    olds.forEach((old, index) => {
      if (this.#matching.toNew.has(old) || isBlank(old) || !(isElement(old) || isText(old))) return;
      const partner = this.#live.get(old);
      const untouched = !partner || !isText(old) || isUntouched(old, partner, null);
      const rest = untouched ? [] : this.#rest(old, partner as Text);
      if (!rest || (!partner && this.#isReplaced(olds, index, live))) {
        const where = isText(old) ? live : old;
        throw new Refusal(`${describe(where)} was changed by a script and removed by this edit`);
      }
      for (const node of rest) this.#steps.push({ kind: 'remove', node });
    });
  }

  #isReplaced(olds: readonly Node[], index: number, live: Node): boolean {
    const inPlace = (node: Node) => {
      const partner = this.#live.get(node);
      return partner !== undefined && parentNode(partner) === live;
    };
    const before = olds.slice(0, index).findLast(inPlace);
    const after = olds.slice(index + 1).find(inPlace);
    const end = after ? this.#live.get(after) : null;
    let node = before ? nextSibling(this.#live.get(before) as Node) : firstChild(live);
    for (; node && node !== end; node = nextSibling(node)) {
      const source = isElement(node) || isText(node);
      if (source && !isBlank(node) && !this.#live.knows(node) && !isOurs(node)) return true;
    }
    return false;
  }

  /** Refuses to put something among children that are all gone from the page. */
  #checkPlace(olds: readonly Node[], news: readonly Node[], live: Node): void {
    const visible = olds.filter((node) => isElement(node) || (isText(node) && !isBlank(node)));
    const present = visible.some((node) => contains(live, this.#live.get(node) ?? null));
    const added = news.some((node) => !this.#matching.toOld.has(node) && !isBlank(node));
    if (added && visible.length > 0 && !present) {
      throw bothChanged(live);
    }
  }

  /** Keeps all that matches in a pair of subtrees that needs no step. */
  #carry(base: Node, next: Node): void {
    this.#kept.push([base, next]);
    if (this.#matching.identical.has(next)) return;
    for (const child of childrenOf(isElement(next) ? containerOf(next) : next)) {
      const old = this.#matching.toOld.get(child);
      if (old) this.#carry(old, child);
    }
  }

  /** Removes a base node's partner, and those of its descendants that scripts moved elsewhere. */
  #removeUnless(kept: ReadonlySet<Node>, base: Node, removed: Node | null): void {
    if (kept.has(base)) return;
    const partner = this.#live.get(base);
    if (partner && !removed?.contains(partner)) this.#steps.push({ kind: 'remove', node: partner });
    for (const child of childrenOf(base)) this.#removeUnless(kept, child, partner ?? removed);
  }
}

/** The children that are shown, without the template that stands for a shadow root. */
function lightChildren(parent: Node): Node[] {
  const declared = isElement(parent) ? shadowTemplate(parent) : null;
  return declared ? childrenOf(parent).filter((node) => node !== declared) : childrenOf(parent);
}

/** Whether the page's text is still what the source said, or already what it is to become. */
function isUntouched(base: Text, live: Node, value: string | null): boolean {
  const now = live.nodeValue ?? '';
  return now === value || collapse(now) === collapse(base.data);
}

function bothChanged(node: Node): Refusal {
  return new Refusal(`${describe(node)} was changed by a script and by this edit`);
}

function onlyText(element: Element): Text | null {
  const only = firstChild(element);
  return only && only === lastChild(element) && isText(only) ? only : null;
}

function showsWhitespace(live: Node): boolean {
  const parent = parentElement(live);
  if (!parent) return false;
  if (parent.closest('pre, textarea')) return true;
  return /^(pre|break-spaces)/.test(getComputedStyle(parent).whiteSpace);
}
