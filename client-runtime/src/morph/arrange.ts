import type { Matching } from './match.ts';
import {
  activeElement,
  bodyOf,
  contains,
  matches,
  ownerDocument,
  parentNode,
  scrollLeft,
  scrollTop,
  select,
} from './members.ts';
import { isElement } from './nodes.ts';
import type { Present } from './present.ts';
import { longestIncreasingWith } from './subsequence.ts';

/** What comes at one place of a parent's children. */
export type Slot =
  | { kind: 'stay'; node: Node }
  | { kind: 'move'; node: Node }
  | { kind: 'create'; next: Node };

/** The order of the children the source knows; others stay next to their neighbours. */
export interface Arrangement {
  kind: 'arrange';
  parent: Node;
  slots: Slot[];
  /** What held the base children, in their order: what is added at the end comes after these. */
  before: Node[];
}

/**
 * What a removal and insertion would disturb, where moving is nothing else. (`:is` forgives
 * selectors that a browser doesn't know.)
 */
const DELICATE =
  ':is(iframe, video, audio, object, embed, link[rel~=stylesheet], dialog[open], ' +
  ':popover-open, :fullscreen)';

/** The new arrangement of a live parent's children, or null if they are in order already. */
export function arrange(
  olds: readonly Node[],
  news: readonly Node[],
  parent: Node,
  matching: Matching,
  live: Present,
): Arrangement | null {
  const indices = new Map(olds.map((node, index) => [node, index]));
  if (isInOrder(news, indices, matching)) return null;
  const carriers = olds.map((node) => childHolding(parent, live.get(node) ?? null));
  const slots: Slot[] = [];
  const order: number[] = [];
  for (const next of news) {
    const base = matching.toOld.get(next);
    const index = base ? (indices.get(base) ?? -1) : -1;
    const node = index >= 0 ? carriers[index] : base && live.get(base);
    // Where a script has taken or removed a child, the source has no say about its place.
    if (base && !node) continue;
    slots.push(node ? { kind: 'move', node } : { kind: 'create', next });
    order.push(index);
  }
  const shared = repeated(carriers);
  const pinned = (index: number) => {
    const slot = slots[index];
    return slot?.kind === 'move' && (shared.has(slot.node) || isDelicate(slot.node));
  };
  const staying = longestIncreasingWith(order, isSorted(order) ? () => false : pinned);
  slots.forEach((slot, index) => {
    const stays = slot.kind === 'move' && (staying.has(index) || shared.has(slot.node));
    if (stays) slots[index] = { kind: 'stay', node: slot.node };
  });
  return { kind: 'arrange', parent, slots, before: carriers.filter((node) => node !== null) };
}

function isInOrder(
  news: readonly Node[],
  indices: ReadonlyMap<Node, number>,
  matching: Matching,
): boolean {
  let last = -1;
  for (const next of news) {
    const base = matching.toOld.get(next);
    const index = base ? (indices.get(base) ?? -1) : -1;
    if (index <= last) return false;
    last = index;
  }
  return true;
}

function repeated(nodes: readonly (Node | null)[]): Set<Node> {
  const seen = new Set<Node>();
  const twice = new Set<Node>();
  for (const node of nodes) {
    if (node && seen.has(node)) twice.add(node);
    else if (node) seen.add(node);
  }
  return twice;
}

function isSorted(order: readonly number[]): boolean {
  let last = -1;
  return order.every((value) => {
    if (value < 0) return true;
    const rising = value > last;
    last = value;
    return rising;
  });
}

/** The parent's own child that is or holds the node: a script may have wrapped it. */
function childHolding(parent: Node, node: Node | null): Node | null {
  let child = node;
  while (child && parentNode(child) !== parent) child = parentNode(child);
  return child;
}

function isDelicate(node: Node): boolean {
  if (!isElement(node)) return false;
  const document = ownerDocument(node) as Document;
  const focused = activeElement(document);
  return (
    (focused !== null && focused !== bodyOf(document) && contains(node, focused)) ||
    matches(node, DELICATE) ||
    select(node, DELICATE).length > 0 ||
    scrollTop(node) !== 0 ||
    scrollLeft(node) !== 0
  );
}
