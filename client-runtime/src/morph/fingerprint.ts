import { attributesOf, localName, namespaceURI, nodeType } from './members.ts';
import {
  childrenOf,
  collapse,
  containerOf,
  isBlank,
  isElement,
  isNoscript,
  isText,
} from './nodes.ts';

/**
 * Numbers that stand for subtrees: two subtrees have the same number only if they differ in
 * whitespace alone.
 *
 * Numbers are given out for each distinct (node, children's numbers), bottom-up, so a subtree costs
 * one visit of each node, and there are no collisions to think about. Only what is asked for is
 * visited, and once: the nodes must not change afterwards.
 */
export class Fingerprints {
  readonly #numbers = new Map<string, number>();
  readonly #known = new WeakMap<Node, number>();

  /** How many distinct subtrees were seen. */
  get size(): number {
    return this.#numbers.size;
  }

  same(a: Node, b: Node): boolean {
    return this.of(a) === this.of(b);
  }

  of(node: Node): number {
    const known = this.#known.get(node);
    if (known !== undefined) return known;
    const number = this.#number(this.#key(node));
    this.#known.set(node, number);
    return number;
  }

  #key(node: Node): string {
    if (isText(node)) return `t:${trimmed(node.data)}`;
    if (node instanceof ProcessingInstruction) return `?${node.target} ${node.data}`;
    if (!isElement(node)) return `${nodeType(node)}`;
    let key = startTag(node);
    // With scripting, a browser parses it as text.
    if (isNoscript(node)) return key;
    for (const child of childrenOf(containerOf(node))) {
      if (!isBlank(child)) key += `${this.of(child)},`;
    }
    return key;
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
  let tag = `<${namespaceURI(element)} ${localName(element)}`;
  for (const attribute of attributesOf(element)) {
    // A browser hides a nonce from the page as soon as it has been used.
    if (attribute.name !== 'nonce') tag += `\u0001${attribute.name}\u0002${attribute.value}`;
  }
  return `${tag}>`;
}
