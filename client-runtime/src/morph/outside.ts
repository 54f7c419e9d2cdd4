// Comments and processing instructions before and after a document's root element.

import {
  doctypeOf,
  importNode,
  insertBefore,
  isEqualNode,
  removeChild,
  rootElement,
} from './members.ts';
import { childrenOf } from './nodes.ts';

/**
 * Makes those of a page what they are in its next source; what others put there stays.
 *
 * @returns how many came and went
 */
export function editOutside(base: Document, next: Document, live: Document): number {
  const [olds, news, zones] = [zonesOf(base), zonesOf(next), zonesOf(live)];
  const ends = [doctypeOf(live) ?? rootElement(live), rootElement(live), null];
  let mutations = 0;
  for (const [index, end] of ends.entries()) {
    const [old, fresh, there] = [olds[index] ?? [], news[index] ?? [], zones[index] ?? []];
    if (areSame(old, fresh)) continue;
    const left = new Set(there);
    const gone = old.map((node) => {
      const found = [...left].find((each) => isEqualNode(each, node));
      if (found) left.delete(found);
      return found;
    });
    for (const node of gone) if (node) removeChild(live, node);
    for (const node of fresh) insertBefore(live, importNode(live, node, true), end);
    mutations += old.length + fresh.length;
  }
  return mutations;
}

/** Before the doctype, between that and the root element, and after it. */
function zonesOf(document: Document): Node[][] {
  const zones: Node[][] = [[], [], []];
  const [type, root] = [doctypeOf(document), rootElement(document)];
  let zone = type ? 0 : 1;
  for (const node of childrenOf(document)) {
    if (node === type) zone = 1;
    else if (node === root) zone = 2;
    else zones[zone]?.push(node);
  }
  // Where there is no doctype, all before the root is before both.
  return type ? zones : [zones[1] ?? [], [], zones[2] ?? []];
}

function areSame(a: readonly Node[], b: readonly Node[]): boolean {
  return a.length === b.length && a.every((node, index) => isEqualNode(node, b[index] as Node));
}
