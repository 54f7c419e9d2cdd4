import { align, type LiveMap } from './align.ts';
import { apply } from './apply.ts';
import { Fingerprints } from './fingerprint.ts';
import { addedScripts, reloadReason } from './guard.ts';
import { match } from './match.ts';
import { type Plan, plan, Refusal } from './plan.ts';

export type MorphResult =
  | { kind: 'applied'; mutations: number }
  | { kind: 'reload'; reason: string }
  | { kind: 'unchanged' };

/** Fingerprints are kept from source to source, until there are this many of them. */
const MAX_PRINTS = 200_000;

/**
 * Keeps a page in step with its source by a three-way merge: the difference between the source
 * as the page got it and the next source is applied to the page, whatever users and scripts have
 * made of it. The page is never compared with the next source.
 */
export class PageMorph {
  #base: Document;
  readonly #live: Document;
  #map: LiveMap;
  #prints: Fingerprints;

  /** @param base the HTML as served, parsed, without the nodes the runtime added to it */
  constructor(base: Document, live: Document) {
    base.normalize();
    this.#base = base;
    this.#live = live;
    this.#map = align(base, live);
    this.#prints = new Fingerprints(base.documentElement);
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
    next.normalize();
    const reason = reloadReason(this.#base, next);
    if (reason !== null) return { kind: 'reload', reason };
    const [before, after] = [this.#base.documentElement, next.documentElement];
    if (this.#prints.size > MAX_PRINTS) this.#prints = new Fingerprints(before);
    const prints = this.#prints.compare(after);
    if (prints.sameExactly(before, after)) return { kind: 'unchanged' };
    if (!this.#announce('before-morph', { next })) return { kind: 'unchanged' };
    let steps: Plan;
    try {
      steps = plan(before, match(before, after, prints), prints, this.#map);
    } catch (error) {
      return { kind: 'reload', reason: error instanceof Refusal ? error.message : failure(error) };
    }
    return this.#apply(steps, next);
  }

  #apply(steps: Plan, next: Document): MorphResult {
    try {
      const { mutations, map } = apply(steps, this.#live, addedScripts(this.#base, next));
      this.#map = map;
      this.#base = next;
      this.#prints.settle();
      if (mutations === 0) return { kind: 'unchanged' };
      this.#announce('after-morph', { mutations });
      return { kind: 'applied', mutations };
    } catch (error) {
      return { kind: 'reload', reason: failure(error) };
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
