import { childrenOf, collapse, containerOf, isBlank, isElement, isText } from './nodes.ts';

/** For what isn't in a document: equal to nothing that is. */
const UNKNOWN = { exact: -1, loose: -1 };

interface Print {
  readonly exact: number;
  readonly loose: number;
}

/**
 * Numbers that stand for subtrees: two subtrees have the same exact number only if they are equal,
 * and the same loose number if they differ in whitespace alone.
 *
 * Numbers are given out for each distinct (node, children's numbers), bottom-up, so a document
 * costs one visit of each node, and there are no collisions to think about.
 */
export class Fingerprints {
  readonly #numbers = new Map<string, number>();
  #base = new Map<Node, Print>();
  #next = new Map<Node, Print>();

  constructor(base: Element) {
    this.compare(base).settle();
  }

  /** How many distinct subtrees were seen. */
  get size(): number {
    return this.#numbers.size;
  }

  /** Takes the prints of what the base is compared with, and forgets the last such document. */
  compare(next: Element): this {
    this.#next = new Map();
    this.#visit(next);
    return this;
  }

  /** Makes the document that was compared last the base. */
  settle(): void {
    this.#base = this.#next;
  }

  sameExactly(a: Node, b: Node): boolean {
    return this.#of(a).exact === this.#of(b).exact;
  }

  sameLoosely(a: Node, b: Node): boolean {
    return this.#of(a).loose === this.#of(b).loose;
  }

  loose(node: Node): number {
    return this.#of(node).loose;
  }

  #of(node: Node): Print {
    return this.#next.get(node) ?? this.#base.get(node) ?? UNKNOWN;
  }

  #visit(node: Node): Print {
    if (!isElement(node)) {
      const data = node.nodeValue ?? '';
      const kind = node.nodeType;
      return this.#set(node, `${kind}:${data}`, isText(node) ? `t:${trimmed(data)}` : `${kind}`);
    }
    const tag = startTag(node);
    if (node.localName === 'noscript') return this.#set(node, tag + node.innerHTML, tag);
    let exact = tag;
    let loose = tag;
    for (const child of childrenOf(containerOf(node))) {
      const print = this.#visit(child);
      exact += `${print.exact},`;
      if (!isBlank(child)) loose += `${print.loose},`;
    }
    return this.#set(node, exact, loose);
  }

  #set(node: Node, exact: string, loose: string): Print {
    const print = { exact: this.#number(`e${exact}`), loose: this.#number(`l${loose}`) };
    this.#next.set(node, print);
    return print;
  }

  #number(key: string): number {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#numbers.size);
    return this.#numbers.size - 1;
  }
}

function trimmed(text: string): string {
  return collapse(text).replace(/^ | $/g, '');
}

function startTag(element: Element): string {
  let tag = `<${element.namespaceURI} ${element.localName}`;
  for (const attribute of element.attributes) {
    // A browser hides a nonce from the page as soon as it has been used.
    if (attribute.name !== 'nonce') tag += `\u0001${attribute.name}\u0002${attribute.value}`;
  }
  return `${tag}>`;
}
