import { childrenOf, collapse, containerOf, isBlank, isElement, isText } from './nodes.ts';

/**
 * Numbers that stand for subtrees, in any number of documents: two subtrees have the same `exact`
 * number only if they are equal, and the same `loose` number if they differ in whitespace alone.
 *
 * Numbers are given out for each distinct (node, children's numbers), bottom-up, so a document
 * costs one visit of each node, and there are no collisions to think about.
 */
export class Fingerprints {
  readonly exact = new Map<Node, number>();
  readonly loose = new Map<Node, number>();
  readonly #numbers = new Map<string, number>();

  constructor(...roots: Node[]) {
    for (const root of roots) this.#visit(root);
  }

  sameExactly(a: Node, b: Node): boolean {
    return this.exact.get(a) === this.exact.get(b);
  }

  sameLoosely(a: Node, b: Node): boolean {
    return this.loose.get(a) === this.loose.get(b);
  }

  #visit(node: Node): void {
    if (!isElement(node)) {
      const data = node.nodeValue ?? '';
      this.#set(
        node,
        `${node.nodeType}:${data}`,
        isText(node) ? `t:${trimmed(data)}` : `${node.nodeType}`,
      );
      return;
    }
    const tag = startTag(node);
    if (node.localName === 'noscript') {
      this.#set(node, tag + node.innerHTML, tag);
      return;
    }
    let exact = tag;
    let loose = tag;
    for (const child of childrenOf(containerOf(node))) {
      this.#visit(child);
      exact += `${this.exact.get(child)},`;
      if (!isBlank(child)) loose += `${this.loose.get(child)},`;
    }
    this.#set(node, exact, loose);
  }

  #set(node: Node, exact: string, loose: string): void {
    this.exact.set(node, this.#number(`e${exact}`));
    this.loose.set(node, this.#number(`l${loose}`));
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
