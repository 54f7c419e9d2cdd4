// Members of nodes and documents as the browser defines them: in a form, `form.parentNode` is its field
// of that name, if it has one, and `document.body` may be an image. Source: HTML, "named access" on
// `HTMLFormElement` and `Document`, the two interfaces with [LegacyOverrideBuiltIns].

type Of<T extends object, K extends keyof T> = (owner: T) => T[K];
type Call<T extends object, K extends keyof T> = T[K] extends (...taken: infer A) => infer R
  ? (owner: T, ...taken: A) => R
  : never;

/** What a type of the browser has under a name; nothing in a worker, where there are no nodes. */
function described(type: string, name: string): PropertyDescriptor {
  const { prototype } = (Reflect.get(globalThis, type) ?? { prototype: {} }) as {
    prototype: object;
  };
  return Object.getOwnPropertyDescriptor(prototype, name) ?? {};
}

function getter<T extends object, K extends keyof T & string>(type: string, name: K): Of<T, K> {
  const get = described(type, name).get as (this: T) => T[K];
  return (owner) => get.call(owner);
}

function setter<T extends object, K extends keyof T & string>(
  type: string,
  name: K,
): (owner: T, value: T[K]) => void {
  const set = described(type, name).set as (this: T, value: T[K]) => void;
  return (owner, value) => set.call(owner, value);
}

function method<T extends object, K extends keyof T & string>(type: string, name: K): Call<T, K> {
  const { value } = described(type, name);
  return ((owner: T, ...taken: unknown[]) => Reflect.apply(value, owner, taken)) as Call<T, K>;
}

// Those that are asked for with each node are written out: one function for all of them is several
// times as slow, since engines optimise a function by what it has called.
const nodeTypeOf = described('Node', 'nodeType').get as (this: Node) => number;
export const nodeType = (node: Node): number => nodeTypeOf.call(node);

const firstChildOf = described('Node', 'firstChild').get as (this: Node) => ChildNode | null;
export const firstChild = (node: Node): ChildNode | null => firstChildOf.call(node);

const nextSiblingOf = described('Node', 'nextSibling').get as (this: Node) => ChildNode | null;
export const nextSibling = (node: Node): ChildNode | null => nextSiblingOf.call(node);

const parentNodeOf = described('Node', 'parentNode').get as (this: Node) => ParentNode | null;
export const parentNode = (node: Node): ParentNode | null => parentNodeOf.call(node);

const localNameOf = described('Element', 'localName').get as (this: Element) => string;
export const localName = (element: Element): string => localNameOf.call(element);

const attributesGet = described('Element', 'attributes').get as (this: Element) => NamedNodeMap;
export const attributesOf = (element: Element): NamedNodeMap => attributesGet.call(element);

const attributeOf = described('Element', 'getAttribute').value as Element['getAttribute'];
export const getAttribute = (element: Element, name: string): string | null =>
  attributeOf.call(element, name);

export const lastChild = getter<Node, 'lastChild'>('Node', 'lastChild');
export const nodeName = getter<Node, 'nodeName'>('Node', 'nodeName');
export const ownerDocument = getter<Node, 'ownerDocument'>('Node', 'ownerDocument');
export const isConnected = getter<Node, 'isConnected'>('Node', 'isConnected');
export const parentElement = getter<Node, 'parentElement'>('Node', 'parentElement');
export const contains = method<Node, 'contains'>('Node', 'contains');
export const isEqualNode = method<Node, 'isEqualNode'>('Node', 'isEqualNode');
export const rootOf = method<Node, 'getRootNode'>('Node', 'getRootNode');
export const insertBefore = method<Node, 'insertBefore'>('Node', 'insertBefore');
export const replaceChild = method<Node, 'replaceChild'>('Node', 'replaceChild');
export const appendChild = method<Node, 'appendChild'>('Node', 'appendChild');
export const removeChild = method<Node, 'removeChild'>('Node', 'removeChild');
export const normalize = method<Node, 'normalize'>('Node', 'normalize');
export const dispatchEvent = method<EventTarget, 'dispatchEvent'>('EventTarget', 'dispatchEvent');

const prefixOf = getter<Element, 'prefix'>('Element', 'prefix');
export const namespaceURI = getter<Element, 'namespaceURI'>('Element', 'namespaceURI');
/** With its prefix, which only XML can give it. */
export const nameOf = (element: Element): string => {
  const prefix = prefixOf(element);
  return prefix === null ? localName(element) : `${prefix}:${localName(element)}`;
};
export const childElements = getter<Element, 'children'>('Element', 'children');
export const shadowRoot = getter<Element, 'shadowRoot'>('Element', 'shadowRoot');
export const outerHTML = getter<Element, 'outerHTML'>('Element', 'outerHTML');
export const classList = getter<Element, 'classList'>('Element', 'classList');
export const scrollTop = getter<Element, 'scrollTop'>('Element', 'scrollTop');
export const scrollLeft = getter<Element, 'scrollLeft'>('Element', 'scrollLeft');
export const setScrollTop = setter<Element, 'scrollTop'>('Element', 'scrollTop');
export const setScrollLeft = setter<Element, 'scrollLeft'>('Element', 'scrollLeft');
export const matches = method<Element, 'matches'>('Element', 'matches');
const hasAttributesOf = described('Element', 'hasAttributes').value as Element['hasAttributes'];
export const hasAttributes = (element: Element): boolean => hasAttributesOf.call(element);
export const hasAttribute = method<Element, 'hasAttribute'>('Element', 'hasAttribute');
export const setAttribute = method<Element, 'setAttribute'>('Element', 'setAttribute');
export const removeAttribute = method<Element, 'removeAttribute'>('Element', 'removeAttribute');
export const getAttributeNS = method<Element, 'getAttributeNS'>('Element', 'getAttributeNS');
export const hasAttributeNS = method<Element, 'hasAttributeNS'>('Element', 'hasAttributeNS');
export const setAttributeNS = method<Element, 'setAttributeNS'>('Element', 'setAttributeNS');
export const removeAttributeNS = method<Element, 'removeAttributeNS'>(
  'Element',
  'removeAttributeNS',
);
export const getAttributeNodeNS = method<Element, 'getAttributeNodeNS'>(
  'Element',
  'getAttributeNodeNS',
);
export const setAttributeNodeNS = method<Element, 'setAttributeNodeNS'>(
  'Element',
  'setAttributeNodeNS',
);
/** Moves without the loss of state that a removal and an insertion mean; not in every browser. */
export const moveBefore = moving();

function moving(): ((parent: Node, node: Node, before: Node | null) => void) | null {
  const inElement = described('Element', 'moveBefore').value;
  const inFragment = described('DocumentFragment', 'moveBefore').value;
  if (!inElement) return null;
  return (parent, node, before) =>
    (nodeType(parent) === Node.ELEMENT_NODE ? inElement : inFragment).call(parent, node, before);
}

export const focus = method<HTMLElement, 'focus'>('HTMLElement', 'focus');

export const rootElement = getter<Document, 'documentElement'>('Document', 'documentElement');
export const bodyOf = getter<Document, 'body'>('Document', 'body');
export const doctypeOf = getter<Document, 'doctype'>('Document', 'doctype');
export const activeElement = getter<Document, 'activeElement'>('Document', 'activeElement');
export const getSelection = method<Document, 'getSelection'>('Document', 'getSelection');
export const importNode = method<Document, 'importNode'>('Document', 'importNode');
export const adoptNode = method<Document, 'adoptNode'>('Document', 'adoptNode');
export const createComment = method<Document, 'createComment'>('Document', 'createComment');
export const createElementNS = method<Document, 'createElementNS'>('Document', 'createElementNS');
export const createDocumentFragment = method<Document, 'createDocumentFragment'>(
  'Document',
  'createDocumentFragment',
);
/** A list that stays in step, by the name as a parser of HTML writes it. */
export const byName = method<Document, 'getElementsByTagName'>('Document', 'getElementsByTagName');

const inDocument = method<Document, 'querySelectorAll'>('Document', 'querySelectorAll');
const inFragment = method<DocumentFragment, 'querySelectorAll'>(
  'DocumentFragment',
  'querySelectorAll',
);
const inElement = method<Element, 'querySelectorAll'>('Element', 'querySelectorAll');

/** All that match in an element, a document or a fragment. */
export function select<E extends Element = Element>(
  root: Element | Document | DocumentFragment,
  selector: string,
): NodeListOf<E> {
  const type = nodeType(root);
  if (type === Node.ELEMENT_NODE) return inElement(root as Element, selector) as NodeListOf<E>;
  if (type === Node.DOCUMENT_NODE) return inDocument(root as Document, selector) as NodeListOf<E>;
  return inFragment(root as DocumentFragment, selector) as NodeListOf<E>;
}
