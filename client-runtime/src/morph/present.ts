import type { LiveMap } from './align.ts';
import { isConnected, rootOf } from './members.ts';
import { isTemplate } from './nodes.ts';

/** The map from the source to the page, less what scripts have taken out of the page. */
export class Present {
  /** What a script has put back in another shape, found while planning. */
  readonly found: LiveMap = new Map();
  readonly #map: LiveMap;
  #contents: Set<Node> | null = null;
  #known: Set<Node> | null = null;

  constructor(map: LiveMap) {
    this.#map = map;
  }

  get(base: Node): Node | undefined {
    const live = this.evenIfGone(base);
    return live && this.#isThere(live) ? live : undefined;
  }

  has(base: Node): boolean {
    return this.get(base) !== undefined;
  }

  /** A script may put back what it has taken out. */
  evenIfGone(base: Node): Node | undefined {
    return this.found.get(base) ?? this.#map.get(base);
  }

  find(base: Node, live: Node): void {
    this.found.set(base, live);
    this.#known?.add(live);
  }

  /** Whether a node of the page came from the source. */
  knows(live: Node): boolean {
    this.#known ??= new Set([...this.#map.values(), ...this.found.values()]);
    return this.#known.has(live);
  }

  #isThere(live: Node): boolean {
    if (isConnected(live)) return true;
    this.#contents ??= new Set([...this.#map.values()].filter(isTemplate).map((t) => t.content));
    return this.#contents.has(rootOf(live));
  }
}
