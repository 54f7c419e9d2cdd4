// Notices in a corner of the page: short, never in the way, and gone when they don't matter.

import { button, element } from './elements.ts';
import { type Layer, show } from './layer.ts';
import { leave, settle } from './layout.ts';

export interface Notice {
  title: string;
  text: string;
  actions: readonly (readonly [label: string, run: () => void])[];
}

const css = `
[popover] { inset: auto auto 10px 10px; width: min(26rem, calc(100vw - 20px)); height: fit-content;
  max-height: 50vh; overflow: auto; z-index: 2147483646; }
section { padding: .6rem .8rem; border-inline-start: 4px solid var(--alarm); }
section + section { border-top: 1px solid var(--line); }
h1 { margin: 0 0 .25rem; font-size: .9rem; color: var(--alarm); }
p { margin: 0 0 .5rem; font-size: .85rem; overflow-wrap: anywhere; }
p.text { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 4; overflow: hidden; }
div { display: flex; gap: .5rem; font-size: .85rem; }
`;

const notices = new Map<string, { said: string; node: HTMLElement }>();
let layer: Layer | null = null;
let heard: HTMLElement | null = null;

/** Show a notice; one of the same key takes its place, unless it says the same. */
export function showNotice(key: string, { title, text, actions }: Notice): void {
  const said = `${title}: ${text}`;
  const known = notices.get(key);
  // Made anew it would lose the click of whoever is at it.
  if (known?.said === said) {
    layer?.keep();
    return;
  }
  if (!layer) {
    heard = element('p', { class: 'heard', role: 'status' });
    const panel = element('aside', { 'aria-label': 'hotreload' }, heard);
    layer = show('hotreload-notices', css, panel);
    settle('notices', panel);
  }
  const node = element('section', {}, element('h1', {}, title));
  node.append(element('p', { class: 'text' }, text));
  node.append(element('div', {}, ...actions.map(([label, run]) => button(label, run))));
  const old = known?.node;
  const focused = old?.contains((old.getRootNode() as ShadowRoot).activeElement ?? null);
  if (old) old.replaceWith(node);
  else layer.panel.append(node);
  notices.set(key, { said, node });
  if (focused) node.querySelector('button')?.focus();
  if (heard) heard.textContent = said;
  layer.keep();
}

export function hideNotice(key: string): void {
  notices.get(key)?.node.remove();
  notices.delete(key);
  if (notices.size > 0) return;
  layer?.remove();
  layer = null;
  leave('notices');
}
