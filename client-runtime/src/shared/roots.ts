// The document and every open shadow root in it.

export type Root = Document | ShadowRoot;

export function* roots(root: Root = document): Generator<Root> {
  yield root;
  for (const element of root.querySelectorAll('*')) {
    if (element.shadowRoot) yield* roots(element.shadowRoot);
  }
}

/** What matches a selector, in shadow roots too. */
export function* deepQuery<E extends Element = HTMLElement>(selector: string): Generator<E> {
  for (const root of roots()) yield* root.querySelectorAll<E>(selector);
}
