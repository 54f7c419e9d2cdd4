import type { Fingerprints } from './fingerprint.ts';
import { isElement, isProgram, isText } from './nodes.ts';
import { longestIncreasing } from './subsequence.ts';
import { isTelling, kindOf, Traits } from './traits.ts';

/** Above this many pairs a gap is paired by what tells its nodes apart, then in order. */
export const MAX_PAIRS = 40_000;
/**
 * What counts for how much. Equal nodes for more than any others; that one could be a version of
 * the other, for nearly nothing: however many of those there are, they must not outweigh one pair
 * that has something in common, or what was typed beside `milk` would be found beside `tea`.
 */
const EQUAL = 8;
const CONTENT = 4;
const TELLING = 2;
const ATTRIBUTES = 0.2;
const POSSIBLE = 0.02;
/** From which score on one is a version of the other wherever it is. */
const LIKELY = 1;
/** From which on nobody looks for a better one, where a long list is as long as it was. */
const PLAIN = 2;

/** Says how likely it is that a node of one document became a node of the other. */
export class Similarity {
  readonly #prints: Fingerprints;
  readonly #traits = new Map<Node, Traits>();

  constructor(prints: Fingerprints) {
    this.#prints = prints;
  }

  /** Whether one can be a version of the other at all; a script can't be changed into another. */
  possible(a: Node, b: Node): boolean {
    if (kindOf(a) !== kindOf(b)) return false;
    return !(isElement(a) && isProgram(a)) || this.#prints.same(a, b);
  }

  /** Whether one is so likely a version of the other that it may have come from anywhere. */
  resembles(a: Element, b: Element): boolean {
    const [old, fresh] = [this.#of(a), this.#of(b)];
    if (isProgram(a) || old.kind !== fresh.kind) return false;
    if (old.bag.size > 0) {
      return shared(old.bag, fresh.bag) >= 0.5 || shared(old.words, fresh.words) > 0.5;
    }
    return old.attributes.size > 0 && sharedAttributes(old, fresh) >= 0.5 && fresh.bag.size === 0;
  }

  /** Pairs `a` and `b` in order, such that the sum of the scores is the greatest. */
  pairInOrder(a: readonly Node[], b: readonly Node[]): [Node, Node][] {
    return this.#pair(a, b, 0);
  }

  /** The same, where they are known to have left their order: only what has much in common. */
  pairLikely(a: readonly Node[], b: readonly Node[]): [Node, Node][] {
    return this.#pair(a, b, LIKELY);
  }

  #pair(a: readonly Node[], b: readonly Node[], least: number): [Node, Node][] {
    if (a.length === 0 || b.length === 0) return [];
    const [olds, news] = [a.map((node) => this.#of(node)), b.map((node) => this.#of(node))];
    if (a.length * b.length <= MAX_PAIRS) return this.#pairBest(olds, news, least);
    return this.#pairByTokens(olds, news, least);
  }

  #of(node: Node): Traits {
    let traits = this.#traits.get(node);
    if (!traits) {
      traits = new Traits(node, this.#prints);
      this.#traits.set(node, traits);
    }
    return traits;
  }

  #pairBest(a: readonly Traits[], b: readonly Traits[], least: number): [Node, Node][] {
    const width = b.length + 1;
    const scores = new Float64Array(a.length * width);
    const best = new Float64Array((a.length + 1) * width);
    const get = (table: Float64Array, i: number, j: number) => table[i * width + j] as number;
    const telling = tellingAttributes(a, b);
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1; j >= 0; j--) {
        const found = score(a[i] as Traits, b[j] as Traits, telling);
        const value = found >= least ? found : 0;
        scores[i * width + j] = value;
        const together = value > 0 ? value + get(best, i + 1, j + 1) : 0;
        best[i * width + j] = Math.max(together, get(best, i + 1, j), get(best, i, j + 1));
      }
    }
    const pairs: [Node, Node][] = [];
    for (let i = 0, j = 0; i < a.length && j < b.length; ) {
      const value = get(scores, i, j);
      if (value > 0 && get(best, i, j) === value + get(best, i + 1, j + 1)) {
        pairs.push([(a[i++] as Traits).node, (b[j++] as Traits).node]);
      } else if (get(best, i, j) === get(best, i + 1, j)) i++;
      else j++;
    }
    return pairs;
  }

  /** First what shares something that nothing else has, then what is between. */
  #pairByTokens(a: readonly Traits[], b: readonly Traits[], least: number): [Node, Node][] {
    if (a.length === b.length && a.every((old, i) => isPlain(old, b[i] as Traits))) {
      return a.map((old, i) => [old.node, (b[i] as Traits).node]);
    }
    const [olds, news] = [uniqueTokens(a), uniqueTokens(b)];
    const votes = b.map(() => new Map<number, number>());
    for (const [token, j] of news) {
      const i = olds.get(token) ?? -1;
      if (i < 0 || j < 0 || a[i]?.kind !== b[j]?.kind) continue;
      const of = votes[j] as Map<number, number>;
      of.set(i, (of.get(i) ?? 0) + 1);
    }
    const chosen = votes.map((of) => [...of].sort((x, y) => y[1] - x[1])[0]?.[0] ?? -1);
    const inOrder = longestIncreasing(chosen);
    const pairs: [Node, Node][] = [];
    let [fromOld, fromNew] = [0, 0];
    for (const [j, i] of [...chosen.entries(), [b.length, a.length] as const]) {
      if (j < b.length && !inOrder.has(j)) continue;
      const [gapOld, gapNew] = [a.slice(fromOld, i), b.slice(fromNew, j)];
      const small = gapOld.length * gapNew.length <= MAX_PAIRS;
      if (small) pairs.push(...this.#pairBest(gapOld, gapNew, least));
      else if (least === 0) pairs.push(...pairQuickly(gapOld, gapNew));
      if (j < b.length) pairs.push([(a[i] as Traits).node, (b[j] as Traits).node]);
      [fromOld, fromNew] = [i + 1, j + 1];
    }
    return pairs;
  }
}

function isPlain(a: Traits, b: Traits): boolean {
  return a.kind === 'blank' ? b.kind === 'blank' : score(a, b, new Set()) >= PLAIN;
}

/** 0: never; the larger the likelier. */
function score(a: Traits, b: Traits, telling: ReadonlySet<string>): number {
  if (a.kind !== b.kind) return 0;
  if (a.kind === 'blank') return POSSIBLE;
  if (isText(a.node) && isText(b.node)) {
    return a.print === b.print ? EQUAL : POSSIBLE + CONTENT * likeness(a, b);
  }
  if (!isElement(a.node) || !isElement(b.node)) {
    return POSSIBLE + (a.node.nodeValue === b.node.nodeValue ? LIKELY : 0);
  }
  if (a.print === b.print) return EQUAL;
  if (isProgram(a.node)) return 0;
  const attributes = sharedAttributes(a, b);
  const isEmpty = a.bag.size === 0 && b.bag.size === 0;
  const content = isEmpty
    ? keptAttributes(a, b) / 2
    : Math.max(square(shared(a.bag, b.bag)), likeness(a, b));
  let sum = POSSIBLE + ATTRIBUTES * attributes + CONTENT * content;
  for (const [name, value] of a.attributes) {
    if (b.attributes.get(name) !== value || !telling.has(`${name}=${value}`)) continue;
    sum += TELLING;
    break;
  }
  return sum;
}

/** How much of two texts, or of the words in two elements, is the same; little counts for less. */
function likeness(a: Traits, b: Traits): number {
  const words = a.words.size > 0 ? shared(a.words, b.words) : 0;
  return square(Math.max(words, sharedEnds(a.text, b.text)));
}

/** Attributes that one node has in each of the lists; not those that say how it looks. */
function tellingAttributes(a: readonly Traits[], b: readonly Traits[]): Set<string> {
  const [olds, news] = [a, b].map((list) => {
    const seen = new Map<string, boolean>();
    for (const { attributes } of list) {
      for (const [name, value] of attributes) {
        if (!isTelling(name)) continue;
        const key = `${name}=${value}`;
        seen.set(key, !seen.has(key));
      }
    }
    return seen;
  }) as [Map<string, boolean>, Map<string, boolean>];
  return new Set([...olds].filter(([key, once]) => once && news.get(key)).map(([key]) => key));
}

/** Where each word and attribute is that occurs once in a list; -1 for the others. */
function uniqueTokens(list: readonly Traits[]): Map<string, number> {
  const places = new Map<string, number>();
  list.forEach(({ kind, words, attributes }, index) => {
    for (const token of [
      ...words,
      ...Array.from(attributes, ([name, value]) => `${name}=${value}`),
    ]) {
      const key = `${kind} ${token}`;
      places.set(key, places.has(key) ? -1 : index);
    }
  });
  return places;
}

function pairQuickly(a: readonly Traits[], b: readonly Traits[]): [Node, Node][] {
  const pairs: [Node, Node][] = [];
  let from = 0;
  for (const { node, kind } of b) {
    if (isElement(node) && isProgram(node)) continue;
    let i = from;
    while (i < a.length && a[i]?.kind !== kind) i++;
    const old = a[i];
    if (!old) continue;
    pairs.push([old.node, node]);
    from = i + 1;
  }
  return pairs;
}

/** Of the one that has fewer: an element that holds nothing may have got its first attribute. */
function keptAttributes(a: Traits, b: Traits): number {
  const least = Math.min(a.attributes.size, b.attributes.size);
  const most = Math.max(a.attributes.size, b.attributes.size);
  return least === 0 ? 1 : (sharedAttributes(a, b) * most) / least;
}

function sharedAttributes(a: Traits, b: Traits): number {
  const total = Math.max(a.attributes.size, b.attributes.size);
  if (total === 0) return 1;
  let same = 0;
  for (const [name, value] of a.attributes) if (b.attributes.get(name) === value) same++;
  return same / total;
}

function shared<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): number {
  const [few, many] = a.size < b.size ? [a, b] : [b, a];
  if (many.size === 0) return 1;
  let same = 0;
  for (const item of few) if (many.has(item)) same++;
  return same / many.size;
}

function sharedEnds(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let start = 0;
  while (start < limit && a[start] === b[start]) start++;
  let end = 0;
  while (end < limit - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return (start + end) / Math.max(a.length, b.length, 1);
}

function square(value: number): number {
  return value * value;
}
