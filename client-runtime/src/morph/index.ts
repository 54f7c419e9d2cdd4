import { align, type LiveMap } from './align.ts';
import { apply } from './apply.ts';
import { keepAddresses } from './busting.ts';
import { Fingerprints } from './fingerprint.ts';
import { addedScripts, type LoadTime, loadTime, reloadReason } from './guard.ts';
import { type Matching, match } from './match.ts';
import { areEqual, isBlank, isElement } from './nodes.ts';
import { type Plan, plan } from './plan.ts';
import { Refusal } from './refusal.ts';
import { settle } from './settle.ts';

export type MorphResult =
  | { kind: 'applied'; mutations: number }
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
  #prints = new Fingerprints();
  /** Why nothing can be applied any more. */
  #broken = '';

  readonly #isSwapped: (address: string) => boolean;
  readonly #rootOf: (source: Document) => Element;

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
    this.#rootOf = part ? ({ body }) => body : ({ documentElement }) => documentElement;
    base.normalize();
    this.#base = base;
    this.#loads = loadTime(base);
    this.#live = live;
    this.#map = align(this.#rootOf(base), part?.parent ?? live.documentElement);
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
    next.normalize();
    keepAddresses(this.#base, next, this.#isSwapped);
    const loads = loadTime(next);
    const reason = reloadReason(this.#loads, loads);
    if (reason !== null) return { kind: 'reload', reason };
    const [before, after] = [this.#rootOf(this.#base), this.#rootOf(next)];
    if (areEqual(before, after)) return { kind: 'unchanged' };
    if (!this.#announce('before-morph', { next })) return { kind: 'vetoed' };
    if (this.#prints.size > MAX_PRINTS) this.#prints = new Fingerprints();
    try {
      const matching = match(before, after, this.#prints);
      const steps = plan(before, matching, this.#prints, this.#map);
      return this.#apply(steps, matching, next, loads);
    } catch (error) {
      return { kind: 'reload', reason: error instanceof Refusal ? error.message : failure(error) };
    }
  }

  #apply(steps: Plan, matching: Matching, next: Document, loads: LoadTime): MorphResult {
    try {
      const { mutations, made } = apply(steps, this.#live, addedScripts(this.#loads, loads));
      for (const [base, live] of steps.found) this.#map.set(base, live);
      settle(this.#base, matching, this.#map, steps.links, made);
      [this.#base, this.#loads] = [next, loads];
      if (mutations === 0) return { kind: 'unchanged' };
      this.#announce('after-morph', { mutations });
      return { kind: 'applied', mutations };
    } catch (error) {
      this.#broken = failure(error);
      return { kind: 'reload', reason: this.#broken };
    }
  }

  /** @returns false if a listener prevented what was announced */
  #announce(name: string, detail: object): boolean {
    const options = { cancelable: name === 'before-morph', detail };
    return this.#live.dispatchEvent(new CustomEvent(`hotreload:${name}`, options));
  }
}

function failure(error: unknown): string {
  return `the edit could not be applied: ${error}`;
}
