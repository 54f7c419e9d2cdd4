import { Fingerprints } from './fingerprint.ts';
import { inParallel, match } from './match.ts';
import { isOurs } from './nodes.ts';

/** From nodes of the source as served to the nodes of the page that they became. */
export type LiveMap = Map<Node, Node>;

/**
 * Finds what the served source became in the page, scripts having possibly changed the page since.
 * Needed once: each morph carries the map on to the next source.
 */
export function align(base: Element, live: Element): LiveMap {
  const matching = match(base, live, new Fingerprints());
  const map: LiveMap = new Map();
  for (const [node, partner] of matching.toNew) {
    if (!matching.identical.has(partner)) map.set(node, partner);
    else inParallel(node, partner, (a, b) => isOurs(b) || map.set(a, b));
  }
  return map;
}
