import { MANY } from './keep.ts';
import type { Matching } from './match.ts';
import {
  activeElement,
  bodyOf,
  ownerDocument,
  parentNode,
  scrollLeft,
  scrollTop,
  select,
} from './members.ts';
import { isElement } from './nodes.ts';
import type { Present } from './present.ts';
import { movesKeepScroll } from './scrolling.ts';
import { longestIncreasing, longestIncreasingWith } from './subsequence.ts';

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

/** What a removal and insertion would disturb, and a move that is nothing else may. */
const UNMOVED = 'object, embed, link[rel~=stylesheet]';
/** (`:is` forgives selectors that a browser doesn't know.) */
const DELICATE = `:is(iframe, video, audio, ${UNMOVED}, dialog[open], :popover-open, :fullscreen)`;

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
  const staying = isSorted(order)
    ? longestIncreasing(order)
    : longestIncreasingWith(order, pinning(slots, shared, parent));
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

/** Tells which slots hold what had better not move. */
function pinning(
  slots: readonly Slot[],
  shared: ReadonlySet<Node>,
  parent: Node,
): (index: number) => boolean {
  const moves = slots.filter(({ kind }) => kind === 'move').length;
  const isSafe = moves >= MANY && movesKeepScroll();
  const pinned = new Set(shared);
  const pin = (node: Node) => {
    const child = childHolding(parent, node);
    if (child) pinned.add(child);
  };
  for (const node of select(parent as Element, isSafe ? UNMOVED : DELICATE)) pin(node);
  const document = ownerDocument(parent) as Document;
  const focused = activeElement(document);
  if (focused && focused !== bodyOf(document)) pin(focused);
  return (index) => {
    const slot = slots[index];
    if (slot?.kind !== 'move') return false;
    return pinned.has(slot.node) || (!isSafe && isScrolled(slot.node));
  };
}

function isScrolled(node: Node): boolean {
  return isElement(node) && (scrollTop(node) !== 0 || scrollLeft(node) !== 0);
}
