import type { LiveMap } from './align.ts';
import type { Matching } from './match.ts';
import { parentNode, replaceChild } from './members.ts';
import { childrenOf, isElement, isTemplate } from './nodes.ts';

/**
 * Makes the next source the base: what is equal in both is taken over from the old one, and with it
 * all that is known of it, so that an edit costs what it changes.
 *
 * @param map from base nodes to live ones; brought up to date
 * @param links what is known of next nodes
 * @param made next nodes for which the page has new nodes
 */
export function settle(
  base: Document,
  { identical, toOld }: Matching,
  map: LiveMap,
  links: LiveMap,
  made: LiveMap,
): void {
  for (const next of identical) {
    const old = toOld.get(next);
    if (!old || !isElement(old) || made.has(next)) continue;
    const parent = parentNode(next);
    if (parent) replaceChild(parent, old, next);
    links.delete(next);
  }
  forget(base, map);
  for (const known of [links, made]) for (const [next, live] of known) map.set(next, live);
}

/** Only what has no place in the new source is still there. */
function forget(node: Node, map: LiveMap): void {
  map.delete(node);
  if (isTemplate(node)) forget(node.content, map);
  for (const child of childrenOf(node)) forget(child, map);
}
