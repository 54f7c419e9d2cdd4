// `<style>` elements. Another text would make another sheet of all their rules, and what scripts and dev
// tools did to the old one would be gone with it. So only the rules change, and the text stays as it was.

import { applyText, noteText } from './sheet-text.ts';

export type StyleElement = HTMLStyleElement | SVGStyleElement;

interface Shown {
  /** What stands in the element. */
  text: string;
  /** What it says in fact. */
  source: string;
  sheet: CSSStyleSheet | null;
}

const known = new WeakMap<StyleElement, Shown>();
const changed = new Set<WeakRef<StyleElement>>();

export function isStyleElement(node: Node): node is StyleElement {
  return node instanceof HTMLStyleElement || node instanceof SVGStyleElement;
}

/** The source that an element shows. */
export function sourceOf(style: StyleElement): string {
  const text = style.textContent ?? '';
  const shown = known.get(style);
  return shown?.text === text ? shown.source : text;
}

/** Make an element show a source. */
export function setSource(style: StyleElement, source: string): void {
  const { sheet } = style;
  const before = known.get(style)?.sheet;
  if (sheet && (before === undefined || before === sheet)) {
    noteText(sheet, sourceOf(style));
    if (applyText(sheet, source)) {
      remember(style, source);
      return;
    }
  }
  setText(style, source);
  remember(style, source);
}

/** Make an element load what a text says, which stands for the source that it has. */
export function replaceText(style: StyleElement, change: (source: string) => string): void {
  const source = sourceOf(style);
  setText(style, change(source));
  remember(style, source);
}

/** An element that was taken out and put in again has made a new sheet of its text. */
export function renewMoved(): void {
  for (const reference of changed) {
    const style = reference.deref();
    const shown = style && known.get(style);
    if (!style || !shown) changed.delete(reference);
    else if (style.isConnected && style.sheet !== shown.sheet && style.textContent === shown.text) {
      setText(style, shown.source);
      remember(style, shown.source);
    }
  }
}

function remember(style: StyleElement, source: string): void {
  if (!known.has(style)) changed.add(new WeakRef(style));
  known.set(style, { text: style.textContent ?? '', source, sheet: style.sheet });
}

/** In the node that is there: others know it. */
function setText(style: StyleElement, text: string): void {
  const { firstChild } = style;
  if (firstChild instanceof Text && firstChild === style.lastChild) firstChild.data = text;
  else style.textContent = text;
}
