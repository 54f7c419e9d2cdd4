import { align, type LiveMap } from './align.ts';
import { apply, type DataChange } from './apply.ts';
import { keepAddresses } from './busting.ts';
import { Fingerprints } from './fingerprint.ts';
import { addedScripts, type LoadTime, loadTime, reloadReason } from './guard.ts';
import { type Matching, match } from './match.ts';
import { dispatchEvent, normalize, rootElement } from './members.ts';
import { areEqual, isBlank, isElement } from './nodes.ts';
import { editOutside } from './outside.ts';
import { plan } from './plan.ts';
import { Refusal } from './refusal.ts';
import { emptySelectedContent, keepSelectedContent } from './selected-content.ts';
import { settle } from './settle.ts';
import type { Plan } from './step.ts';

export type MorphResult =
  | { kind: 'applied'; mutations: number; data: readonly DataChange[] }
  | { kind: 'unchanged' }
  /** A listener does not want it. The page, and what is known of it, are as they were. */
  | { kind: 'vetoed' }
  | { kind: 'reload'; reason: string };

/** Where a part of the page is. */
export interface Part {
  parent: Element;
  /** Whether a node of the page is none of the part's. */
  isOther(live: Node): boolean;
}

/** Fingerprints are kept from source to source, until there are this many of them. */
const MAX_PRINTS = 200_000;

/**
 * Keeps a page in step with its source by a three-way merge: the difference between the source
 * as the page got it and the next source is applied to the page, whatever users and scripts have
 * made of it. The page is never compared with the next source.
 */
export class PageMorph {
  #base: Document;
  #loads: LoadTime;
  readonly #live: Document;
  readonly #map: LiveMap;
  /** Whether the source has what shows a copy of a chosen option. */
  #copies: boolean;
  #prints = new Fingerprints();
  /** Why nothing can be applied any more. */
  #broken = '';

  readonly #isSwapped: (address: string) => boolean;
  readonly #rootOf: (source: Document) => Element;
  readonly #isPart: boolean;

  /**
   * @param base the HTML as served, parsed, without the nodes the runtime added to it
   * @param isSwapped whether the file at an address is swapped by itself when it changes
   * @param part where the source is that of a part of the page, the element whose children became
   *   children of that element of the page, and which of those did not
   */
  constructor(
    base: Document,
    live: Document,
    isSwapped: (address: string) => boolean = () => false,
    part: Part | null = null,
  ) {
    this.#isSwapped = isSwapped;
    normalize(base);
    this.#copies = emptySelectedContent(base);
    this.#isPart = part !== null;
    this.#rootOf = part ? ({ body }) => body : rootElement;
    this.#base = base;
    this.#loads = loadTime(base);
    this.#live = live;
    this.#map = align(this.#rootOf(base), part?.parent ?? rootElement(live));
    for (const [node, partner] of this.#map) {
      if (part?.isOther(partner)) this.#map.delete(node);
    }
  }

  /** What tells whether a node of the page came from its source. */
  get known(): ReadonlySet<Node> {
    return new Set(this.#map.values());
  }

  /** Whether a script has put something else in the place of most of the page. */
  get isReplaced(): boolean {
    const elements = [...this.#map.values()].filter(isElement);
    const gone = elements.filter((element) => !element.isConnected);
    return gone.length * 2 > elements.length;
  }

  /** Whether all that is at the top of the source is in the page. */
  get isThere(): boolean {
    const top = [...this.#rootOf(this.#base).childNodes].filter((node) => !isBlank(node));
    return top.length > 0 && top.every((node) => this.#map.get(node)?.isConnected);
  }

  /**
   * Applies the edit that made `next` from the source before. Nothing is touched if the result is
   * `reload`, unless applying itself failed, as the reason then says.
   *
   * Listeners of `hotreload:before-morph` on the document may put right what they changed in the
   * page, or veto the update, which the next one then includes. `hotreload:after-morph` follows
   * what was applied.
   */
  update(next: Document): MorphResult {
    if (this.#broken) return { kind: 'reload', reason: this.#broken };
    normalize(next);
    // Options that were taken over from one source into the next filled them again.
    if (this.#copies) emptySelectedContent(this.#base);
    const copies = emptySelectedContent(next);
    keepAddresses(this.#base, next, this.#isSwapped);
    const loads = loadTime(next);
    const reason = reloadReason(this.#loads, loads);
    if (reason !== null) return { kind: 'reload', reason };
    const [before, after] = [this.#rootOf(this.#base), this.#rootOf(next)];
    if (areEqual(before, after)) return this.#onlyOutside(next);
    if (!this.#announce('before-morph', { next })) return { kind: 'vetoed' };
    if (this.#prints.size > MAX_PRINTS) this.#prints = new Fingerprints();
    try {
      const matching = match(before, after, this.#prints);
      const steps = plan(before, matching, this.#prints, this.#map);
      return this.#apply(steps, matching, next, loads, copies);
    } catch (error) {
      return { kind: 'reload', reason: error instanceof Refusal ? error.message : failure(error) };
    }
  }

  #apply(
    steps: Plan,
    matching: Matching,
    next: Document,
    loads: LoadTime,
    copies: boolean,
  ): MorphResult {
    try {
      const copySelected = this.#copies ? keepSelectedContent(this.#live) : () => undefined;
      const { made, data, ...done } = apply(steps, this.#live, addedScripts(this.#loads, loads));
      const mutations = done.mutations + this.#editOutside(next);
      for (const [base, live] of steps.found) this.#map.set(base, live);
      copySelected(next, (node) => steps.links.get(node) ?? made.get(node));
      settle(this.#base, matching, this.#map, steps.links, made);
      [this.#base, this.#loads, this.#copies] = [next, loads, copies];
      if (mutations === 0) return { kind: 'unchanged' };
      this.#announce('after-morph', { mutations });
      return { kind: 'applied', mutations, data };
    } catch (error) {
      this.#broken = failure(error);
      return { kind: 'reload', reason: this.#broken };
    }
  }

  /** The root element and all in it is as it was. */
  #onlyOutside(next: Document): MorphResult {
    const mutations = this.#editOutside(next);
    if (!this.#isPart) editOutside(this.#base, next, this.#base);
    return mutations === 0 ? { kind: 'unchanged' } : { kind: 'applied', mutations, data: [] };
  }

  /** @returns how many nodes beside the root element it has changed */
  #editOutside(next: Document): number {
    return this.#isPart ? 0 : editOutside(this.#base, next, this.#live);
  }

  /** @returns false if a listener prevented what was announced */
  #announce(name: string, detail: object): boolean {
    const options = { cancelable: name === 'before-morph', detail };
    return dispatchEvent(this.#live, new CustomEvent(`hotreload:${name}`, options));
  }
}

function failure(error: unknown): string {
  return `the edit could not be applied: ${error}`;
}
