import { create } from '../shared/create.ts';
import { trusted, trustedScript } from '../shared/trusted.ts';
import type { LiveMap } from './align.ts';
import { setAttribute } from './attributes.ts';
import { scriptKey } from './guard.ts';
import { inParallel } from './match.ts';
import {
  adoptNode,
  appendChild,
  attributesOf,
  createComment,
  createElementNS,
  hasAttribute,
  importNode,
  namespaceURI,
  nextSibling,
  nodeName,
  parentNode,
} from './members.ts';
import {
  childrenOf,
  isElement,
  isProgram,
  isTemplate,
  isText,
  noscriptText,
  shadowTemplate,
} from './nodes.ts';
import { copyFor, declareRoot } from './registry.ts';

/** A node that the page has already, and that belongs into a new parent. */
interface Adoption {
  readonly parent: Node;
  readonly next: Node;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Makes the live nodes of what a source added. */
export class Builder {
  /** From next nodes to what was made of them. */
  readonly made: LiveMap = new Map();
  readonly #document: Document;
  readonly #links: LiveMap;
  readonly #added: Map<string, number>;
  readonly #adoptions: Adoption[] = [];
  readonly #scripts: [Element, Comment][] = [];

  /**
   * @param links from next nodes to those that the page has already
   * @param added how often each script key may run
   */
  constructor(document: Document, links: LiveMap, added: Map<string, number>) {
    this.#document = document;
    this.#links = links;
    this.#added = new Map(added);
  }

  /** @param within where it is to go: which custom elements there are is a question of that */
  build(next: Node, within: Node): Node {
    if (isElement(next) && isProgram(next)) return this.#script(next);
    if (isTemplate(next)) {
      const copy = importNode(this.#document, next, true);
      inParallel(next, copy, (source, made) => this.made.set(source, made));
      return copy;
    }
    const copy = isElement(next)
      ? copyFor(this.#document, next, within)
      : importNode(this.#document, next, false);
    this.made.set(next, copy);
    if (nodeName(next) === 'NOSCRIPT') {
      // As text: elements in it would be shown, and a refresh would be followed.
      copy.textContent = noscriptText(next as Element);
      return copy;
    }
    const declared = isElement(next) ? shadowTemplate(next) : null;
    for (const child of childrenOf(next)) {
      if (child === declared && this.#shadow(copy as Element, declared)) continue;
      if (this.#links.has(child)) this.#adoptions.push({ parent: copy, next: child });
      else appendChild(copy, this.build(child, copy));
    }
    return copy;
  }

  /** Moves in what was left out while building: only what is in the page can move and keep state. */
  adopt(place: (parent: Node, node: Node, before: Node | null) => void): void {
    // From the last to the first, so that what comes next is there.
    for (const { parent, next } of this.#adoptions.splice(0).reverse()) {
      const after = nextSibling(next);
      const before = after && (this.#links.get(after) ?? this.made.get(after));
      const isThere = before && parentNode(before) === parent;
      place(parent, this.#links.get(next) as Node, isThere ? before : null);
    }
  }

  /** Runs the added scripts in source order, now that the page is complete. */
  runScripts(): void {
    const following = Node.DOCUMENT_POSITION_FOLLOWING;
    const inOrder = this.#scripts
      .splice(0)
      .sort(([a], [b]) => (a.compareDocumentPosition(b) & following ? -1 : 1));
    for (const [next, mark] of inOrder) {
      const made = createElementNS(this.#document, namespaceURI(next), 'script');
      const script = this.#fill(made as Element, next);
      // One that a script made is async unless told otherwise, the parser's are not.
      if ('async' in script) script.async = hasAttribute(next, 'async');
      this.made.set(next, script);
      mark.replaceWith(script);
    }
  }

  #script(next: Element): Node {
    const key = scriptKey(next);
    const runs = this.#added.get(key) ?? 0;
    if (runs === 0) {
      // Parsed by innerHTML, hence marked as having run.
      const holder = create('template');
      const isDrawn = namespaceURI(next) === SVG;
      holder.innerHTML = trusted(
        isDrawn ? `<svg xmlns="${SVG}"><script/></svg>` : '<script></script>',
      );
      const parsed = holder.content.firstElementChild as Element;
      const script = isDrawn ? (parsed.firstElementChild as Element) : parsed;
      const inert = adoptNode(this.#document, script) as Element;
      this.made.set(next, this.#fill(inert, next));
      return inert;
    }
    this.#added.set(key, runs - 1);
    const mark = createComment(this.#document, '');
    this.#scripts.push([next, mark]);
    return mark;
  }

  #fill(script: Element, next: Element): Element {
    for (const attribute of attributesOf(next)) setAttribute(script, attribute);
    script.textContent = trustedScript(next.textContent ?? '');
    // In a drawing there may be comments between.
    if (!childrenOf(next).every(isText)) {
      script.replaceChildren(...childrenOf(next).map((child) => importNode(document, child, true)));
    }
    return script;
  }

  /** @returns false if the host can't have the root: as for a parser, its template is one then */
  #shadow(host: Element, template: HTMLTemplateElement): boolean {
    const root = declareRoot(host, template);
    if (!root) return false;
    this.made.set(template.content, root);
    for (const child of childrenOf(template.content)) appendChild(root, this.build(child, root));
    return true;
  }
}
