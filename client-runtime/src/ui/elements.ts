// Elements by one line each. Their text is text: nothing here is ever parsed as HTML.

import { create } from '../shared/create.ts';

type Attributes = Readonly<Record<string, string>>;
type Content = readonly (Node | string)[];

export function element(name: string, attributes: Attributes = {}, ...content: Content) {
  const created = create(name);
  for (const [key, value] of Object.entries(attributes)) created.setAttribute(key, value);
  created.append(...content);
  return created;
}

export function button(label: string, run: () => void, attributes: Attributes = {}): HTMLElement {
  const control = element('button', { type: 'button', ...attributes }, label);
  control.addEventListener('click', run);
  return control;
}
