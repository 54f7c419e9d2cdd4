// Where a node is in the page, in words that hold for the next life of the page.

/** A selector for each shadow root on the way down, and the place among its parent's children. */
export interface NodePath {
  selectors: string[];
  /** Of a node that is no element. */
  child: number | null;
}

export function pathOfNode(node: Node): NodePath {
  const element = node instanceof Element ? node : node.parentElement;
  const child =
    node instanceof Element ? null : [...(element?.childNodes ?? [])].indexOf(node as ChildNode);
  const selectors: string[] = [];
  for (let at: Element | null = element; at; ) {
    selectors.unshift(selectorOf(at));
    const root = at.getRootNode();
    at = root instanceof ShadowRoot ? root.host : null;
  }
  return { selectors, child };
}

export function nodeAt({ selectors, child }: NodePath): Node | null {
  let root: ParentNode | null = document;
  let found: Element | null = null;
  for (const selector of selectors) {
    found = root?.querySelector(selector) ?? null;
    root = found?.shadowRoot ?? null;
  }
  return child === null ? found : (found?.childNodes[child] ?? null);
}

/** A selector by which an element is found in its root, by its nearest id. */
function selectorOf(element: Element): string {
  const steps: string[] = [];
  const root = element.getRootNode() as Document | ShadowRoot;
  for (let at: Element | null = element; at; at = at.parentElement) {
    const byId = at.id && `#${CSS.escape(at.id)}`;
    if (byId && root.querySelectorAll(byId).length === 1) {
      steps.unshift(byId);
      return steps.join(' > ');
    }
    steps.unshift(`${CSS.escape(at.localName)}:nth-of-type(${place(at)})`);
  }
  return steps.join(' > ');
}

function place(element: Element): number {
  let count = 1;
  for (let at = element.previousElementSibling; at; at = at.previousElementSibling) {
    if (at.localName === element.localName) count++;
  }
  return count;
}
