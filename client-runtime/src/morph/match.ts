import type { Fingerprints } from './fingerprint.ts';
import {
  firstChild,
  getAttribute,
  isConnected,
  outerHTML,
  parentNode,
  select,
  shadowRoot,
} from './members.ts';
import {
  areAlike,
  areEqual,
  childrenOf,
  isBlank,
  isElement,
  isOpaque,
  isTemplate,
  shadowTemplate,
} from './nodes.ts';
import { MAX_PAIRS, Similarity } from './similar.ts';
import { longestIncreasing } from './subsequence.ts';
import { kindOf } from './traits.ts';

/** From how many siblings on it pays to look first for those that are written alike. */
const LONG = 32;

/** Which node of one document became which node of another. */
export interface Matching {
  readonly toNew: ReadonlyMap<Node, Node>;
  readonly toOld: ReadonlyMap<Node, Node>;
  /** New nodes whose subtree equals their old one's; the nodes below them are in no map. */
  readonly identical: ReadonlySet<Node>;
}

/**
 * Matches two documents from the surest sign to the least sure one. Among siblings: equal ends of
 * the list, ids, subtrees that occur once, then the best pairing in what is left between those.
 * Then, for what found no partner among its siblings: ids, equal and similar subtrees, anywhere.
 * The documents are known to differ.
 */
export function match(old: Element, fresh: Element, prints: Fingerprints): Matching {
  const matcher = new Matcher(old, fresh, prints);
  matcher.pair(old, fresh, false);
  matcher.adopt();
  return matcher;
}

/** Calls `visit` for each pair of nodes in two subtrees known to be equal. */
export function inParallel(old: Node, fresh: Node, visit: (old: Node, fresh: Node) => void): void {
  visit(old, fresh);
  if (isTemplate(old) && isTemplate(fresh)) inParallel(old.content, fresh.content, visit);
  if (isElement(old) && isOpaque(old)) return;
  const olds = childrenOf(old);
  childrenOf(fresh).forEach((child, index) => {
    const partner = olds[index];
    if (partner) inParallel(partner, child, visit);
  });
}

class Matcher implements Matching {
  readonly toNew = new Map<Node, Node>();
  readonly toOld = new Map<Node, Node>();
  readonly identical = new Set<Node>();
  readonly #prints: Fingerprints;
  readonly #similarity: Similarity;
  readonly #roots: [Element, Element];
  #ids: Map<string, Element> | null = null;
  /** Nodes with a descendant whose partner is elsewhere: to them, being equal means nothing. */
  readonly #torn = new Set<Node>();
  /** The last partner each old node was found to be different from. */
  readonly #unequal = new Map<Node, Node>();
  readonly #looseOld: Node[] = [];
  readonly #looseNew: Node[] = [];
  /** The loose nodes again, by parent. */
  readonly #siblings: [Node[], Node[]][] = [];

  constructor(old: Element, fresh: Element, prints: Fingerprints) {
    this.#roots = [old, fresh];
    this.#unequal.set(old, fresh);
    this.#prints = prints;
    this.#similarity = new Similarity(prints);
  }

  pair(old: Node, fresh: Node, same = this.#equal(old, fresh)): void {
    this.toNew.set(old, fresh);
    this.toOld.set(fresh, old);
    if (same && !this.#torn.has(old) && !this.#torn.has(fresh)) {
      this.identical.add(fresh);
      return;
    }
    if (!isElement(old) || !isElement(fresh) || isOpaque(old)) return;
    if (isTemplate(old) && isTemplate(fresh)) {
      this.#pairContainers(old.content, fresh.content);
      return;
    }
    // A parsed page has its declarative shadow root, where the source has a template.
    const root = shadowRoot(fresh);
    const declared = root && shadowTemplate(old);
    if (root && declared) this.#pairContainers(declared.content, root);
    this.#children(old, fresh);
  }

  readonly #equal = (old: Node, fresh: Node): boolean => {
    if (this.#unequal.get(old) === fresh) return false;
    const equal = areEqual(old, fresh);
    if (!equal) this.#unequal.set(old, fresh);
    return equal;
  };

  #pairContainers(old: Node, fresh: Node): void {
    this.toNew.set(old, fresh);
    this.toOld.set(fresh, old);
    this.#children(old, fresh);
  }

  #children(oldParent: Node, newParent: Node): void {
    const olds = childrenOf(oldParent).filter((node) => !this.toNew.has(node));
    const news = childrenOf(newParent).filter((node) => !this.toOld.has(node));
    // What has children comes last: the more there is to compare, the more it costs.
    const same = takeEnds(
      olds,
      news,
      (old, fresh) => isLeaf(old, fresh) && this.#equal(old, fresh),
    );
    if (olds.length === 1 && news.length === 1) this.#isTheReason(oldParent, newParent, olds, news);
    same.push(...takeEnds(olds, news, this.#equal));
    same.push(...takeInPlace(olds, news, this.#equal));
    for (const [old, fresh] of same) this.pair(old, fresh, true);
    for (const [old, fresh] of this.#pairs([...olds], [...news])) this.pair(old, fresh);
    const looseOld = olds.filter((old) => !this.toNew.has(old) && isConnected(old));
    const looseNew = news.filter((fresh) => !this.toOld.has(fresh) && isConnected(fresh));
    if (looseOld.length === 0 && looseNew.length === 0) return;
    this.#looseOld.push(...looseOld);
    this.#looseNew.push(...looseNew);
    this.#siblings.push([looseOld, looseNew]);
  }

  /** Where two parents differ, and all else in them is the same, it is this child that differs. */
  #isTheReason(
    oldParent: Node,
    newParent: Node,
    [old]: readonly Node[],
    [fresh]: readonly Node[],
  ): void {
    if (!old || !fresh || this.#unequal.get(oldParent) !== newParent) return;
    if (!isElement(oldParent) || !isElement(newParent)) return;
    if (areAlike(oldParent, newParent)) this.#unequal.set(old, fresh);
  }

  #pairs(olds: Node[], news: Node[]): [Node, Node][] {
    const [old, fresh] = [olds[0], news[0]];
    if (!old || !fresh) return [];
    if (olds.length === 1 && news.length === 1) {
      const possible = this.#id(old) === this.#id(fresh) && this.#similarity.possible(old, fresh);
      return possible ? [[old, fresh]] : [];
    }
    const pairs = takeEnds(olds, news, (a, b) => this.#prints.same(a, b));
    if (olds.length > 0 && news.length > 0) pairs.push(...this.#middle(olds, news));
    return pairs;
  }

  #middle(olds: readonly Node[], news: readonly Node[]): [Node, Node][] {
    const pairs = this.#anchors(olds, news);
    const taken = new Set(pairs.flatMap(([i, j]) => [olds[i], news[j]]));
    const places = new Map([...olds.entries(), ...news.entries()].map(([at, node]) => [node, at]));
    const free = (node: Node) => !taken.has(node) && this.#id(node) === null;
    const pair: Pairing = (by, [a, b]) => {
      for (const both of by(a.filter(free), b.filter(free))) {
        for (const node of both) taken.add(node);
        pairs.push([places.get(both[0]) as number, places.get(both[1]) as number]);
      }
    };
    const alike = this.#similarity;
    const likely = (a: Node[], b: Node[]) => alike.pairLikely(a, b);
    // What has something in common comes first, wherever it is now; then whatever may be at its place.
    for (const gap of gaps(pairs, olds, news)) pair(likely, gap);
    pair(likely, [olds, news]);
    for (const gap of gaps(pairs, olds, news)) pair((a, b) => alike.pairInOrder(a, b), gap);
    return pairs.map(([i, j]) => [olds[i] as Node, news[j] as Node]);
  }

  /** Index pairs that are sure, by new index: the same id, or the only subtrees that are equal. */
  #anchors(olds: readonly Node[], news: readonly Node[]): [number, number][] {
    const anchors = Math.min(olds.length, news.length) < LONG ? [] : joined(olds, news, written);
    const taken = new Set(anchors.flatMap(([i, j]) => [olds[i], news[j]]));
    const key = (node: Node) => (taken.has(node) ? null : this.#key(node));
    anchors.push(...joined(olds, news, key));
    return anchors;
  }

  #key(node: Node): string | null {
    if (isBlank(node)) return null;
    const id = this.#id(node);
    return id === null ? `${this.#prints.of(node)}` : `#${kindOf(node)}#${id}`;
  }

  /** The element's id, if it is the one element with this id in both documents. */
  #id(node: Node): string | null {
    const id = isElement(node) ? getAttribute(node, 'id') : null;
    return id !== null && this.#shared().has(id) ? id : null;
  }

  /** Ids that exactly one element has, in both documents, with the old element. */
  #shared(): Map<string, Element> {
    this.#ids ??= sharedIds(...this.#roots);
    return this.#ids;
  }

  /** Finds partners under other parents, for what has none: wrapped, unwrapped, moved elements. */
  adopt(): void {
    if (this.#looseOld.length === 0 || this.#looseNew.length === 0) return;
    const equals = new Map<number, Element[]>();
    const index = (node: Node): void => {
      if (!isElement(node)) return;
      const number = this.#prints.of(node);
      const list = equals.get(number);
      if (list) list.push(node);
      else equals.set(number, [node]);
      for (const child of childrenOf(node)) index(child);
    };
    for (const node of this.#looseOld) index(node);
    this.#adoptWhere((fresh) => this.#equalOf(fresh, equals));
    this.#pairSiblings();
    if (this.#looseOld.length * this.#looseNew.length > MAX_PAIRS) return;
    this.#adoptWhere((fresh) => this.#versionOf(fresh));
  }

  #adoptWhere(find: (fresh: Element) => Element | null): void {
    const visit = (fresh: Node): void => {
      if (!isElement(fresh) || this.toOld.has(fresh) || !isConnected(fresh)) return;
      const old = find(fresh);
      if (old) {
        for (let up: Node | null = parentNode(old); up; up = parentNode(up)) this.#torn.add(up);
        for (let up: Node | null = parentNode(fresh); up; up = parentNode(up)) this.#torn.add(up);
        this.pair(old, fresh);
      } else {
        for (const child of childrenOf(fresh)) visit(child);
      }
    };
    // Pairing an adopted element may leave more of its new children without a partner.
    for (const node of this.#looseNew) visit(node);
  }

  /** Pairs what has changed and changed its place among its siblings. */
  #pairSiblings(): void {
    const isLoose = (node: Node) => isElement(node) && this.#id(node) === null;
    for (const [olds, news] of this.#siblings) {
      const free = olds.filter((old) => isLoose(old) && this.#isFree(old as Element));
      const open = news.filter((fresh) => isLoose(fresh) && !this.toOld.has(fresh));
      for (const [old, fresh] of this.#similarity.pairLikely(free, open)) {
        this.pair(old, fresh);
      }
    }
  }

  #versionOf(fresh: Element): Element | null {
    if (this.#id(fresh) !== null) return null;
    for (const old of this.#looseOld) {
      if (!isElement(old) || this.#id(old) !== null || !this.#isFree(old)) continue;
      if (this.#similarity.resembles(old, fresh)) return old;
    }
    return null;
  }

  #equalOf(fresh: Element, equals: Map<number, Element[]>): Element | null {
    const id = this.#id(fresh);
    if (id !== null) {
      const old = this.#shared().get(id);
      return old && this.#similarity.possible(old, fresh) && this.#isFree(old) ? old : null;
    }
    const list = equals.get(this.#prints.of(fresh));
    return list?.find((old) => this.#isFree(old)) ?? null;
  }

  #isFree(old: Element): boolean {
    if (this.toNew.has(old) || !isConnected(old)) return false;
    for (let up: Node | null = parentNode(old); up; up = parentNode(up)) {
      const partner = this.toNew.get(up);
      if (partner) return !this.identical.has(partner);
    }
    return true;
  }
}

function isLeaf(old: Node, fresh: Node): boolean {
  return !firstChild(old) && !firstChild(fresh);
}

type Same = (old: Node, fresh: Node) => boolean;

/** Takes what is the same from both ends of two lists. */
function takeEnds(olds: Node[], news: Node[], same: Same): [Node, Node][] {
  const limit = Math.min(olds.length, news.length);
  const at = (index: number): [Node, Node] => [olds.at(index) as Node, news.at(index) as Node];
  let start = 0;
  while (start < limit && same(...at(start))) start++;
  let end = 0;
  while (end < limit - start && same(...at(-1 - end))) end++;
  const pairs: [Node, Node][] = [];
  for (let index = 0; index < start; index++) pairs.push(at(index));
  for (let index = 1; index <= end; index++) pairs.push(at(-index));
  for (const list of [olds, news]) {
    list.splice(list.length - end, end);
    list.splice(0, start);
  }
  return pairs;
}

/** Takes what is equal at equal places, where that is nearly everything: no child came or went. */
function takeInPlace(olds: Node[], news: Node[], same: Same): [Node, Node][] {
  if (olds.length !== news.length) return [];
  const pairs: [Node, Node][] = [];
  const others: [Node, Node][] = [];
  for (const [index, old] of olds.entries()) {
    const fresh = news[index] as Node;
    (same(old, fresh) ? pairs : others).push([old, fresh]);
    if (others.length * 4 > olds.length) return [];
  }
  olds.splice(0, Infinity, ...others.map(([old]) => old));
  news.splice(0, Infinity, ...others.map(([, fresh]) => fresh));
  return pairs;
}

type Gap = [readonly Node[], readonly Node[]];
type Pairing = (by: (olds: Node[], news: Node[]) => [Node, Node][], gap: Gap) => void;

/** What is between the pairs that are in order. */
function gaps(
  pairs: readonly [number, number][],
  olds: readonly Node[],
  news: readonly Node[],
): Gap[] {
  const byNew = [...pairs].sort((a, b) => a[1] - b[1]);
  const inOrder = longestIncreasing(byNew.map(([i]) => i));
  const walls = [...byNew.filter((_, index) => inOrder.has(index)), [olds.length, news.length]];
  const found: Gap[] = [];
  let [fromOld, fromNew] = [0, 0];
  for (const [toOld = 0, toNew = 0] of walls) {
    if (toOld > fromOld && toNew > fromNew) {
      found.push([olds.slice(fromOld, toOld), news.slice(fromNew, toNew)]);
    }
    [fromOld, fromNew] = [toOld + 1, toNew + 1];
  }
  return found;
}

/** A first look at a long list, for which the browser's own text of an element is the cheapest key. */
function written(node: Node): string | null {
  return isElement(node) && getAttribute(node, 'id') === null ? outerHTML(node) : null;
}

type Key = (node: Node) => string | null;

/** Pairs of indices at which the same key is, which occurs once in each list. */
function joined(olds: readonly Node[], news: readonly Node[], key: Key): [number, number][] {
  const [byKey, others] = [uniqueKeys(olds, key), uniqueKeys(news, key)];
  const pairs: [number, number][] = [];
  for (const [found, j] of others) {
    const i = byKey.get(found) ?? -1;
    if (i >= 0 && j >= 0) pairs.push([i, j]);
  }
  return pairs;
}

/** The index of each key that occurs once, -1 for the others. */
function uniqueKeys(nodes: readonly Node[], key: Key): Map<string, number> {
  const indices = new Map<string, number>();
  nodes.forEach((node, index) => {
    const found = key(node);
    if (found !== null) indices.set(found, indices.has(found) ? -1 : index);
  });
  return indices;
}

function sharedIds(old: Element, fresh: Element): Map<string, Element> {
  const olds = uniqueIds(old);
  const news = uniqueIds(fresh);
  return new Map([...olds].filter(([id]) => news.has(id)));
}

function uniqueIds(root: Element): Map<string, Element> {
  const seen = new Map<string, Element>();
  const twice = new Set<string>();
  for (const element of select(root, '[id]')) {
    const id = getAttribute(element, 'id') as string;
    if (seen.has(id)) twice.add(id);
    seen.set(id, element);
  }
  for (const id of twice) seen.delete(id);
  return seen;
}
