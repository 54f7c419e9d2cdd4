import type { Fingerprints } from './fingerprint.ts';
import {
  attributesOf,
  firstChild,
  getAttribute,
  hasAttribute,
  hasAttributes,
  lastChild,
  localName,
  namespaceURI,
} from './members.ts';
import {
  childrenOf,
  containerOf,
  dataType,
  isBlank,
  isElement,
  isText,
  ownRegistry,
} from './nodes.ts';

/** How many descendants are looked at to tell how alike two elements are. */
const BAG_LIMIT = 100;
/** How many of the words in an element are looked at, and of how long a text. */
const WORD_LIMIT = 60;
const TEXT_LIMIT = 1000;

/** What of a node counts when it is compared with others. */
export class Traits {
  readonly node: Node;
  /** Only nodes of one kind can be versions of one another. */
  readonly kind: string;
  readonly #prints: Fingerprints;
  #print: number | null = null;
  #bag: Set<number> | null = null;
  #words: Set<string> | null = null;
  #text: string | null = null;
  #attributes: Map<string, string> | null = null;

  constructor(node: Node, prints: Fingerprints) {
    this.node = node;
    this.kind = kindOf(node);
    this.#prints = prints;
  }

  /** Equal for equal subtrees. */
  get print(): number {
    this.#print ??= this.#prints.of(this.node);
    return this.#print;
  }

  /** The prints of what is in it. */
  get bag(): ReadonlySet<number> {
    this.#bag ??= this.#collect();
    return this.#bag;
  }

  /** The words in it, of its own text or of what it holds, and what tells that apart. */
  get words(): ReadonlySet<string> {
    if (this.#words === null) this.#bag = this.#collect();
    return this.#words as Set<string>;
  }

  /** Of a text, or of an element that holds nothing else. */
  get text(): string {
    this.#text ??= textOf(this.node);
    return this.#text;
  }

  get attributes(): ReadonlyMap<string, string> {
    this.#attributes ??= new Map(
      isElement(this.node) && hasAttributes(this.node)
        ? Array.from(attributesOf(this.node), ({ name, value }) => [name, value])
        : [],
    );
    return this.#attributes;
  }

  #collect(): Set<number> {
    const bag = new Set<number>();
    const words = new Set<string>();
    const read = (text: string) => {
      for (const word of text.slice(0, TEXT_LIMIT).match(/[\p{L}\p{M}\p{N}]+/gu) ?? []) {
        if (words.size < WORD_LIMIT) words.add(word);
      }
    };
    const visit = (parent: Node): void => {
      for (const child of childrenOf(isElement(parent) ? containerOf(parent) : parent)) {
        if (bag.size >= BAG_LIMIT) return;
        if (isBlank(child)) continue;
        bag.add(this.#prints.of(child));
        if (isText(child)) read(child.data);
        else if (isElement(child)) {
          for (const { name, value } of hasAttributes(child) ? attributesOf(child) : []) {
            if (isTelling(name)) words.add(`${name}=${value}`);
          }
          visit(child);
        }
      }
    };
    if (isText(this.node)) read(this.node.data);
    else visit(this.node);
    this.#words = words;
    return bag;
  }
}

/** Not what says how something looks: that many share. */
export function isTelling(attribute: string): boolean {
  return attribute !== 'class' && attribute !== 'style';
}

function textOf(node: Node): string {
  const only = isText(node) ? node : firstChild(node);
  const isOnly = only === node || (only && only === lastChild(node) && isText(only));
  return isOnly ? (only as Text).data.slice(0, TEXT_LIMIT) : '';
}

export function kindOf(node: Node): string {
  if (isText(node)) return isBlank(node) ? 'blank' : 'text';
  if (!isElement(node)) {
    // What a processing instruction is for can't be changed.
    return node instanceof ProcessingInstruction ? `<? ${node.target}` : `#${node.nodeType}`;
  }
  const name = localName(node);
  // Nor can an element become a customized one, or another, or know other custom elements.
  const is = getAttribute(node, 'is');
  if (namespaceURI(node) !== 'http://www.w3.org/1999/xhtml') {
    return `${namespaceURI(node)} ${name}`;
  }
  switch (name) {
    case 'link':
      return `link ${getAttribute(node, 'rel')?.toLowerCase()}`;
    case 'meta': {
      const names = ['name', 'property', 'http-equiv', 'itemprop', 'charset'];
      const told = names.find((attribute) => hasAttribute(node, attribute));
      return `meta ${told} ${told === 'charset' ? '' : told && getAttribute(node, told)}`;
    }
    case 'template':
      return `template ${hasAttribute(node, 'shadowrootmode')}`;
    case 'script':
      return `script ${dataType(node) ?? ''}`;
    default:
      return is === null && !ownRegistry(node) ? name : `${name} is ${is} ${ownRegistry(node)}`;
  }
}
