// Elements of ours: of HTML, whatever the document is.

const html = 'http://www.w3.org/1999/xhtml';

export function create<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
): HTMLElementTagNameMap[Name];
export function create(name: string): HTMLElement;
export function create(name: string): HTMLElement {
  return document.createElementNS(html, name) as HTMLElement;
}

/** Where elements of HTML are not shown, in the top layer neither. */
export const isDrawing =
  typeof document !== 'undefined' && document.contentType === 'image/svg+xml';

/** Where to put what is not to be seen: a drawing has no head. */
export function head(): Element {
  return document.head ?? document.documentElement;
}
