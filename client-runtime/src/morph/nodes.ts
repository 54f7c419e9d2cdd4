/** Small questions about single nodes, shared by every step of the morph. */

export function isElement(node: Node): node is Element {
  return node.nodeType === Node.ELEMENT_NODE;
}

export function isText(node: Node): node is Text {
  return node.nodeType === Node.TEXT_NODE;
}

export function isCharacterData(node: Node): node is CharacterData {
  return node instanceof CharacterData;
}

export function isTemplate(node: Node): node is HTMLTemplateElement {
  return isElement(node) && node.localName === 'template' && 'content' in node;
}

/** In a form, `form.attributes` is its field of that name, if it has one. */
function own<T>(element: Element, name: string, type: { prototype: object }): T {
  return Reflect.get(type.prototype, name, element);
}

export function attributesOf(element: Element): NamedNodeMap {
  return element instanceof HTMLFormElement
    ? own(element, 'attributes', Element)
    : element.attributes;
}

export function styleOf(element: Element): CSSStyleDeclaration {
  return element instanceof HTMLFormElement
    ? own(element, 'style', HTMLElement)
    : (element as HTMLElement).style;
}

/**
 * Whether two subtrees are the same to the last character. The browser's own comparison, which
 * takes a fraction of any other's time, leaves out what is in templates.
 */
export function areEqual(a: Node, b: Node): boolean {
  if (!a.isEqualNode(b)) return false;
  const theirs = templatesIn(b);
  return templatesIn(a).every((template, index) => {
    const other = theirs[index];
    return other !== undefined && areEqual(template.content, other.content);
  });
}

/** Whether two elements are the same but for what is in them. */
export function areAlike(a: Element, b: Element): boolean {
  const attributes = attributesOf(a);
  if (a.nodeName !== b.nodeName || attributes.length !== attributesOf(b).length) return false;
  return [...attributes].every(({ name, value }) => b.getAttribute(name) === value);
}

function templatesIn(node: Node): HTMLTemplateElement[] {
  if (!isElement(node) && !(node instanceof DocumentFragment)) return [];
  if (hasNoTemplate(node)) return [];
  return [node, ...node.querySelectorAll('template')].filter(isTemplate);
}

/** The one list of all in a document costs nothing; each search does. */
function hasNoTemplate(node: Element | DocumentFragment): boolean {
  return node.isConnected && node.ownerDocument.getElementsByTagName('template').length === 0;
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
  return isElement(node) && node.getAttribute('data-hotreload') === '';
}

/** The children the source can talk about. */
export function childrenOf(container: Node): Node[] {
  const children: Node[] = [];
  // Several times as fast as a NodeList, and all the time of a morph is spent here.
  for (let child = container.firstChild; child; child = child.nextSibling) {
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
  return element.localName === 'noscript' || element.localName === 'script';
}

/** What a page that runs scripts has in a `<noscript>`, whichever parser made this one. */
export function noscriptText(element: Element): string {
  return element.firstElementChild ? element.innerHTML : (element.textContent ?? '');
}

/** The template that declares the element's shadow root in the source, if any. */
export function shadowTemplate(element: Element): HTMLTemplateElement | null {
  if (hasNoTemplate(element) || !mayHaveShadow(element)) return null;
  for (const child of element.children) {
    const mode = isTemplate(child) && child.getAttribute('shadowrootmode')?.toLowerCase();
    if (mode === 'open' || mode === 'closed') return child as HTMLTemplateElement;
  }
  return null;
}

const HTML = 'http://www.w3.org/1999/xhtml';
const SHADOW_HOSTS = new Set(
  'article aside blockquote body div footer h1 h2 h3 h4 h5 h6 header main nav p section span'.split(
    ' ',
  ),
);

/** DOM Standard, "valid shadow host name". */
function mayHaveShadow({ namespaceURI, localName }: Element): boolean {
  return namespaceURI === HTML && (localName.includes('-') || SHADOW_HOSTS.has(localName));
}

export type Policy = 'ignore' | 'replace' | 'reload' | null;

/** What the page's author decided about an element with `data-hotreload="…"`. */
export function policyOf(element: Element): Policy {
  const value = element.getAttribute('data-hotreload');
  return value === 'ignore' || value === 'replace' || value === 'reload' ? value : null;
}

/** The start tag, short enough for a sentence. */
export function describe(node: Node): string {
  const element = isElement(node) ? node : node.parentElement;
  if (!element) return 'the page';
  for (const name of ['id', 'src', 'href', 'name', 'class']) {
    const value = element.getAttribute(name);
    if (value) return `<${element.localName} ${name}="${value.slice(0, 80)}">`;
  }
  return `<${element.localName}>`;
}
