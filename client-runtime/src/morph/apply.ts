import { renewMoved, setSource } from '../styles/style-element.ts';
import type { LiveMap } from './align.ts';
import type { Arrangement } from './arrange.ts';
import { applyAttributeEdit } from './attributes.ts';
import { Builder } from './build.ts';
import { Keeper } from './keep.ts';
import {
  createDocumentFragment,
  firstChild,
  insertBefore,
  isConnected,
  moveBefore,
  nextSibling,
  parentNode,
  removeChild,
  replaceChild,
  select,
} from './members.ts';
import { dataType, isElement } from './nodes.ts';
import type { Plan, Step } from './step.ts';
import { dropRetiring, swapStylesheet } from './stylesheet.ts';

/** A script that holds data: what it held before, null where it is new, and holds now, null where it is gone. */
export interface DataChange {
  readonly element: Element;
  readonly before: string | null;
  readonly text: string | null;
}

interface Applied {
  mutations: number;
  /** What was made of next nodes. */
  made: LiveMap;
  data: DataChange[];
}

/**
 * Performs the steps: first what changes in place, then moves and insertions from the top down,
 * then removals (what was to be moved out is out), then added scripts.
 *
 * @param added how often each added script occurs, by its key
 */
export function apply(plan: Plan, live: Document, added: Map<string, number>): Applied {
  const applier = new Applier(live, plan, added);
  for (const phase of PHASES) {
    for (const step of plan.steps) if (phase.includes(step.kind)) applier.perform(step);
  }
  applier.finish();
  const { mutations, made, data } = applier;
  return { mutations, made, data: [...data, ...newData(made)] };
}

const PHASES: readonly (readonly Step['kind'][])[] = [
  ['attributes', 'text', 'content', 'data', 'style', 'stylesheet'],
  ['arrange'],
  ['replace'],
  ['remove'],
];

class Applier {
  mutations = 0;
  readonly data: DataChange[] = [];
  readonly #keeper: Keeper;
  readonly #builder: Builder;

  constructor(live: Document, { links, moving }: Plan, added: Map<string, number>) {
    this.#keeper = new Keeper(live, moving);
    this.#builder = new Builder(live, links, added);
  }

  get made(): LiveMap {
    return this.#builder.made;
  }

  perform(step: Step): void {
    switch (step.kind) {
      case 'attributes':
        for (const edit of step.edits) applyAttributeEdit(step.element, edit);
        this.mutations += step.edits.length;
        return;
      case 'text':
        replaceMiddle(step.node, step.value);
        this.mutations++;
        return;
      case 'content':
        step.element.textContent = step.value;
        this.mutations++;
        return;
      case 'data':
        step.element.textContent = step.value;
        this.data.push({ element: step.element, before: step.before, text: step.value });
        this.mutations++;
        return;
      case 'style':
        setSource(step.element, step.source);
        this.mutations++;
        return;
      case 'stylesheet': {
        const fresh = step.link.cloneNode() as HTMLLinkElement;
        for (const edit of step.edits) applyAttributeEdit(fresh, edit);
        swapStylesheet(step.link, fresh);
        this.made.set(step.next, fresh);
        this.mutations++;
        return;
      }
      case 'arrange':
        this.#arrange(step);
        return;
      case 'replace':
        this.#replace(step.live, step.next);
        this.mutations++;
        return;
      case 'remove':
        this.data.push(...goneData(step.node));
        dropRetiring(step.node);
        this.#takeOut(step.node);
        this.mutations++;
        return;
    }
  }

  finish(): void {
    this.#keeper.restore();
    renewMoved();
    this.#builder.runScripts();
  }

  #replace(live: Element, next: Element): void {
    const parent = parentNode(live);
    if (parent) replaceChild(parent, this.#builder.build(next, parent), live);
  }

  #takeOut(node: Node): void {
    const parent = parentNode(node);
    if (parent) removeChild(parent, node);
  }

  #arrange({ parent, slots, before }: Arrangement): void {
    const last = before.findLast((node) => parentNode(node) === parent);
    let next: Node | null = last ? nextSibling(last) : null;
    const added: Node[] = [];
    for (const slot of slots.toReversed()) {
      if (next && parentNode(next) !== parent) next = null;
      if (slot.kind === 'create') {
        added.push(slot.next);
        continue;
      }
      next = this.#insert(parent, added.splice(0).reverse(), next);
      if (slot.kind === 'move') this.#place(parent, slot.node, next);
      if (parentNode(slot.node) === parent) next = slot.node;
    }
    this.#insert(parent, added.reverse(), next);
  }

  /** @returns the first node of what is there then: neighbours are inserted at once */
  #insert(parent: Node, added: readonly Node[], before: Node | null): Node | null {
    if (added.length === 0) return before;
    const batch = createDocumentFragment(document);
    for (const next of added) batch.appendChild(this.#builder.build(next, parent));
    const first = firstChild(batch);
    // What the page's elements do when they are moved may have taken it out.
    insertBefore(parent, batch, before && parentNode(before) === parent ? before : null);
    this.mutations++;
    this.#builder.adopt((...where) => this.#place(...where));
    return first;
  }

  #place(parent: Node, node: Node, before: Node | null): void {
    if (node === before || (parentNode(node) === parent && nextSibling(node) === before)) return;
    this.mutations++;
    if (moveBefore && isConnected(node) && isConnected(parent)) moveBefore(parent, node, before);
    else insertBefore(parent, node, before);
  }
}

function goneData(removed: Node): DataChange[] {
  if (!isElement(removed)) return [];
  return [removed, ...select(removed, 'script')]
    .filter((element) => dataType(element) !== null)
    .map((element) => ({ element, before: element.textContent ?? '', text: null }));
}

function newData(made: LiveMap): DataChange[] {
  return [...made.values()].flatMap((element) => {
    if (!isElement(element) || dataType(element) === null || !isConnected(element)) return [];
    return { element, before: null, text: element.textContent ?? '' };
  });
}

/** Changes only what differs, so that selections in the rest of the text stay. */
function replaceMiddle(node: CharacterData, value: string): void {
  const { data } = node;
  const limit = Math.min(data.length, value.length);
  let start = 0;
  while (start < limit && data[start] === value[start]) start++;
  let end = 0;
  while (end < limit - start && data.at(-1 - end) === value.at(-1 - end)) end++;
  node.replaceData(start, data.length - start - end, value.slice(start, value.length - end));
}
