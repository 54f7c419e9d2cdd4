import {
  attributesOf,
  byName,
  childElements,
  firstChild,
  getAttribute,
  hasAttribute,
  isConnected,
  isEqualNode,
  localName,
  namespaceURI,
  nextSibling,
  nodeName,
  nodeType,
  ownerDocument,
  parentElement,
  select,
} from './members.ts';
/** Small questions about single nodes, shared by every step of the morph. */

export function isElement(node: Node): node is Element {
  return nodeType(node) === Node.ELEMENT_NODE;
}

export function isText(node: Node): node is Text {
  return nodeType(node) === Node.TEXT_NODE;
}

export function isCharacterData(node: Node): node is CharacterData {
  return node instanceof CharacterData;
}

export function isTemplate(node: Node): node is HTMLTemplateElement {
  return isElement(node) && localName(node) === 'template' && 'content' in node;
}

export function styleOf(element: Element): CSSStyleDeclaration {
  return element instanceof HTMLFormElement
    ? Reflect.get(HTMLElement.prototype, 'style', element)
    : (element as HTMLElement).style;
}

/**
 * Whether two subtrees are the same to the last character. The browser's own comparison, which
 * takes a fraction of any other's time, leaves out what is in templates.
 */
export function areEqual(a: Node, b: Node): boolean {
  if (!isEqualNode(a, b)) return false;
  const theirs = templatesIn(b);
  return templatesIn(a).every((template, index) => {
    const other = theirs[index];
    return other !== undefined && areEqual(template.content, other.content);
  });
}

/** Whether two elements are the same but for what is in them. */
export function areAlike(a: Element, b: Element): boolean {
  const attributes = attributesOf(a);
  if (nodeName(a) !== nodeName(b) || attributes.length !== attributesOf(b).length) return false;
  return [...attributes].every(({ name, value }) => getAttribute(b, name) === value);
}

function templatesIn(node: Node): HTMLTemplateElement[] {
  if (!isElement(node) && !(node instanceof DocumentFragment)) return [];
  if (hasNoTemplate(node)) return [];
  return [node, ...select(node, 'template')].filter(isTemplate);
}

/** The one list of all in a document costs nothing; each search does. */
function hasNoTemplate(node: Element | DocumentFragment): boolean {
  return isConnected(node) && byName(ownerDocument(node) as Document, 'template').length === 0;
}

/** HTML's whitespace, not JavaScript's: a no-break space is content. */
export function collapse(text: string): string {
  return text.replace(/[\t\n\f\r ]+/g, ' ');
}

export function isBlank(node: Node): boolean {
  return isText(node) && /^[\t\n\f\r ]*$/.test(node.data);
}

/** A node the runtime put into the page: no source document knows it. */
export function isOurs(node: Node): boolean {
  return isElement(node) && getAttribute(node, 'data-hotreload') === '';
}

/** The children the source can talk about. */
export function childrenOf(container: Node): Node[] {
  const children: Node[] = [];
  // Several times as fast as a NodeList, and all the time of a morph is spent here.
  for (let child = firstChild(container); child; child = nextSibling(child)) {
    if (!isOurs(child)) children.push(child);
  }
  return children;
}

/** Where an element's source children live: a template keeps them in its content. */
export function containerOf(element: Element): Node {
  return isTemplate(element) ? element.content : element;
}

/**
 * With scripting, a browser parses `<noscript>` as text, and DOMParser as elements; a script's
 * text is its program. Neither has children that could be patched one by one.
 */
export function isOpaque(element: Element): boolean {
  return isNoscript(element) || isScript(element);
}

/** Of HTML or SVG: in mathematics it is an element like any other. */
export function isScript(element: Element): boolean {
  return localName(element) === 'script' && namespaceURI(element) !== MATHML;
}

/** In a drawing it is an element like any other. */
export function isNoscript(element: Element): boolean {
  return localName(element) === 'noscript' && namespaceURI(element) === HTML;
}

// JSON of any kind, and what the libraries of templates call theirs. Other types that no browser runs may
// well be programs to a library (`text/babel`, `py`, shaders).
const data =
  /^(?:(?:application|text)\/(?:[\w.-]+\+)?(?:json5?|xml)|text\/(?:plain|csv|markdown|html)|(?:text\/)?(?:[\w-]+-)?(?:template|tmpl|handlebars|mustache|jsrender)(?:-template)?)$/i;

/** The type of a script that is nothing but text to be read, or null. Source: HTML, "data block". */
export function dataType(script: Element): string | null {
  const type = getAttribute(script, 'type')?.trim() ?? '';
  return isScript(script) && data.test(type) ? type.toLowerCase() : null;
}

/** Whether a browser, or a library, does something once with what stands in a script. */
export function isProgram(element: Element): boolean {
  return isScript(element) && dataType(element) === null;
}

/** A browser takes the rules of one that is added, and drops those of one that is removed. */
export function isSpeculation(element: Element): boolean {
  const type = isScript(element) && getAttribute(element, 'type')?.trim();
  return type !== false && type?.toLowerCase() === 'speculationrules';
}

/** What a page that runs scripts has in a `<noscript>`, whichever parser made this one. */
export function noscriptText(element: Element): string {
  return element.firstElementChild ? element.innerHTML : (element.textContent ?? '');
}

/** The template that declares the element's shadow root in the source, if any. */
export function shadowTemplate(element: Element): HTMLTemplateElement | null {
  if (hasNoTemplate(element) || !mayHaveShadow(element)) return null;
  for (const child of childElements(element)) {
    const mode = isTemplate(child) && getAttribute(child, 'shadowrootmode')?.toLowerCase();
    if (mode === 'open' || mode === 'closed') return child as HTMLTemplateElement;
  }
  return null;
}

const HTML = 'http://www.w3.org/1999/xhtml';
const MATHML = 'http://www.w3.org/1998/Math/MathML';
const SHADOW_HOSTS = new Set(
  'article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span'.split(
    ' ',
  ),
);

/** DOM Standard, "valid shadow host name". */
function mayHaveShadow(element: Element): boolean {
  const name = localName(element);
  return namespaceURI(element) === HTML && (name.includes('-') || SHADOW_HOSTS.has(name));
}

/** Whether an element and what is in it wait for a script to say which custom elements they know. */
export function ownRegistry(element: Element): boolean {
  return hasAttribute(element, 'customelementregistry');
}

export type Policy = 'ignore' | 'replace' | 'reload' | null;

/** What the page's author decided about an element with `data-hotreload="…"`. */
export function policyOf(element: Element): Policy {
  const value = getAttribute(element, 'data-hotreload');
  return value === 'ignore' || value === 'replace' || value === 'reload' ? value : null;
}

/** The start tag, short enough for a sentence. */
export function describe(node: Node): string {
  const element = isElement(node) ? node : parentElement(node);
  if (!element) return 'the page';
  for (const name of ['id', 'src', 'href', 'name', 'class']) {
    const value = getAttribute(element, name);
    if (value) return `<${localName(element)} ${name}="${value.slice(0, 80)}">`;
  }
  return `<${localName(element)}>`;
}
