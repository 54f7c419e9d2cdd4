import type { LiveMap } from './align.ts';
import { parentNode } from './members.ts';
import { childrenOf, describe } from './nodes.ts';
import { Refusal } from './refusal.ts';
import type { Step } from './step.ts';

/**
 * Goes through the moves as they will be made, on a record of who is whose parent: a script may
 * have put the place where something is to go into that very thing.
 *
 * @param links next nodes that keep a node of the page, with that node
 * @throws Refusal if a node would become its own ancestor
 */
export function rehearse(steps: readonly Step[], links: LiveMap): void {
  const parents = new Map<Node, Node>();
  const put = (node: Node, parent: Node): void => {
    let up: Node | null = parent;
    for (; up; up = parents.get(up) ?? parentNode(up)) {
      if (up !== node) continue;
      throw new Refusal(`${describe(node)} was moved by a script and by this edit`);
    }
    parents.set(node, parent);
  };
  /** What is made is stood for by its source. */
  const make = (next: Node, parent: Node): void => {
    parents.set(next, parent);
    for (const child of childrenOf(next).reverse()) {
      const live = links.get(child);
      if (live) put(live, next);
      else make(child, next);
    }
  };
  for (const step of steps) {
    if (step.kind !== 'arrange') continue;
    for (const slot of step.slots.toReversed()) {
      if (slot.kind === 'move') put(slot.node, step.parent);
      else if (slot.kind === 'create') make(slot.next, step.parent);
    }
  }
}
