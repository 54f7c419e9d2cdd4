// What a plan is made of: single changes of the page, as plain data.

import type { StyleElement } from '../styles/style-element.ts';
import type { LiveMap } from './align.ts';
import type { Arrangement } from './arrange.ts';
import type { AttributeEdit } from './attributes.ts';

/** One change of the page. */
export type Step =
  | { kind: 'attributes'; element: Element; edits: AttributeEdit[] }
  | { kind: 'text'; node: CharacterData; value: string }
  | { kind: 'content'; element: Element; value: string }
  | { kind: 'data'; element: Element; before: string; value: string }
  | { kind: 'style'; element: StyleElement; source: string }
  | { kind: 'stylesheet'; link: HTMLLinkElement; next: Node; edits: AttributeEdit[] }
  | Arrangement
  | { kind: 'replace'; live: Element; next: Element }
  | { kind: 'remove'; node: Node };

export interface Plan {
  readonly steps: readonly Step[];
  /** For each node of the next source that keeps its place in the page: which node that is. */
  readonly links: LiveMap;
  /** What was learnt of base nodes. */
  readonly found: LiveMap;
  /** Live nodes that may get another place. */
  readonly moving: ReadonlySet<Node>;
}
