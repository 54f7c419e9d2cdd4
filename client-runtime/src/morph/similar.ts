import type { Fingerprints } from './fingerprint.ts';
import { attributesOf, childrenOf, containerOf, isBlank, isElement, isText } from './nodes.ts';

/** Above this many pairs a gap is paired in order, without looking for the best pairing. */
export const MAX_PAIRS = 40_000;
/** How many descendants are looked at to tell how alike two elements are. */
const BAG_LIMIT = 100;

/** Says how likely it is that a node of one document became a node of the other. */
export class Similarity {
  readonly #prints: Fingerprints;
  readonly #bags = new Map<Element, Set<number>>();

  constructor(prints: Fingerprints) {
    this.#prints = prints;
  }

  /** Whether one can be a version of the other at all; a script can't be changed into another. */
  possible(a: Node, b: Node): boolean {
    if (kindOf(a) !== kindOf(b)) return false;
    return !(isElement(a) && a.localName === 'script') || this.#prints.same(a, b);
  }

  /** 0: never; the larger the likelier. */
  score(a: Node, b: Node): number {
    const kind = kindOf(a);
    if (kind !== kindOf(b)) return 0;
    if (kind === 'blank') return 0.5;
    if (this.#prints.same(a, b)) return 8;
    if (isText(a) && isText(b)) return 1 + sharedEnds(a.data, b.data);
    if (!isElement(a) || !isElement(b)) return 1;
    if (a.localName === 'script') return 0;
    return 1 + sharedAttributes(a, b) + 4 * shared(this.#bag(a), this.#bag(b));
  }

  /** Whether one is so likely a version of the other that it may have come from anywhere. */
  resembles(a: Element, b: Element): boolean {
    if (a.localName === 'script' || kindOf(a) !== kindOf(b)) return false;
    if (this.#bag(a).size > 0) return shared(this.#bag(a), this.#bag(b)) >= 0.5;
    return attributesOf(a).length > 0 && sharedAttributes(a, b) >= 0.5 && this.#bag(b).size === 0;
  }

  /** Pairs `a` and `b` in order, such that the sum of the scores is the greatest. */
  pairInOrder(a: readonly Node[], b: readonly Node[]): [Node, Node][] {
    if (a.length === 0 || b.length === 0) return [];
    return a.length * b.length > MAX_PAIRS ? this.#pairQuickly(a, b) : this.#pairBest(a, b);
  }

  #pairBest(a: readonly Node[], b: readonly Node[]): [Node, Node][] {
    const width = b.length + 1;
    const scores = new Float64Array(a.length * width);
    const best = new Float64Array((a.length + 1) * width);
    const get = (table: Float64Array, i: number, j: number) => table[i * width + j] as number;
    for (let i = a.length - 1; i >= 0; i--) {
      for (let j = b.length - 1; j >= 0; j--) {
        const score = this.score(a[i] as Node, b[j] as Node);
        scores[i * width + j] = score;
        const together = score > 0 ? score + get(best, i + 1, j + 1) : 0;
        best[i * width + j] = Math.max(together, get(best, i + 1, j), get(best, i, j + 1));
      }
    }
    const pairs: [Node, Node][] = [];
    for (let i = 0, j = 0; i < a.length && j < b.length; ) {
      const score = get(scores, i, j);
      if (score > 0 && get(best, i, j) === score + get(best, i + 1, j + 1)) {
        pairs.push([a[i++] as Node, b[j++] as Node]);
      } else if (get(best, i, j) === get(best, i + 1, j)) i++;
      else j++;
    }
    return pairs;
  }

  #pairQuickly(a: readonly Node[], b: readonly Node[]): [Node, Node][] {
    const pairs: [Node, Node][] = [];
    let from = 0;
    for (const node of b) {
      const kind = kindOf(node);
      if (kind === 'script') continue;
      let i = from;
      while (i < a.length && kindOf(a[i] as Node) !== kind) i++;
      if (i === a.length) continue;
      pairs.push([a[i] as Node, node]);
      from = i + 1;
    }
    return pairs;
  }

  #bag(element: Element): Set<number> {
    const known = this.#bags.get(element);
    if (known) return known;
    const bag = new Set<number>();
    const visit = (node: Node): void => {
      for (const child of childrenOf(isElement(node) ? containerOf(node) : node)) {
        if (bag.size >= BAG_LIMIT) return;
        if (isBlank(child)) continue;
        bag.add(this.#prints.of(child));
        visit(child);
      }
    };
    visit(element);
    this.#bags.set(element, bag);
    return bag;
  }
}

/** Only nodes of one kind can be versions of one another. */
function kindOf(node: Node): string {
  if (isText(node)) return isBlank(node) ? 'blank' : 'text';
  if (!isElement(node)) return `#${node.nodeType}`;
  if (node.namespaceURI !== 'http://www.w3.org/1999/xhtml') {
    return `${node.namespaceURI} ${node.localName}`;
  }
  if (node.localName === 'link') return `link ${node.getAttribute('rel')?.toLowerCase()}`;
  if (node.localName === 'meta') {
    const names = ['name', 'property', 'http-equiv', 'itemprop', 'charset'];
    const name = names.find((attribute) => node.hasAttribute(attribute));
    return `meta ${name} ${name === 'charset' ? '' : name && node.getAttribute(name)}`;
  }
  if (node.localName === 'template') return `template ${node.hasAttribute('shadowrootmode')}`;
  return node.localName;
}

function sharedAttributes(a: Element, b: Element): number {
  const total = Math.max(attributesOf(a).length, attributesOf(b).length);
  if (total === 0) return 1;
  let same = 0;
  for (const { name, value } of attributesOf(a)) if (b.getAttribute(name) === value) same++;
  return same / total;
}

function shared(a: Set<number>, b: Set<number>): number {
  const total = Math.max(a.size, b.size);
  if (total === 0) return 1;
  let same = 0;
  for (const item of a) if (b.has(item)) same++;
  return same / total;
}

function sharedEnds(a: string, b: string): number {
  const limit = Math.min(a.length, b.length);
  let start = 0;
  while (start < limit && a[start] === b[start]) start++;
  let end = 0;
  while (end < limit - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return (start + end) / Math.max(a.length, b.length, 1);
}
