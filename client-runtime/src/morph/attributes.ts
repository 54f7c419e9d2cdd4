import { trustedAttribute } from '../trusted.ts';
import { attributesOf, styleOf } from './nodes.ts';

/** One change of an element's attributes. */
export type AttributeEdit =
  | { kind: 'set'; attribute: Attr }
  | { kind: 'remove'; attribute: Attr }
  | { kind: 'class'; add: string[]; remove: string[] }
  | { kind: 'style'; name: string; value: string; priority: string };

/**
 * What turns `base`'s attributes into `next`'s, on an element that scripts may have changed:
 * other attributes are not touched, and `class` and `style` keep what scripts put there.
 */
export function attributeEdits(base: Element, next: Element, live: Element): AttributeEdit[] {
  const edits: AttributeEdit[] = [];
  for (const attribute of attributesOf(next)) {
    const before = base.getAttributeNodeNS(attribute.namespaceURI, attribute.localName);
    if (before?.value === attribute.value) continue;
    edits.push(...valueEdits(before?.value ?? null, attribute, live));
  }
  for (const attribute of attributesOf(base)) {
    if (next.hasAttributeNS(attribute.namespaceURI, attribute.localName)) continue;
    edits.push(...removalEdits(attribute, live));
  }
  return edits;
}

export function applyAttributeEdit(element: Element, edit: AttributeEdit): void {
  switch (edit.kind) {
    case 'set':
      setAttribute(element, edit.attribute);
      return;
    case 'remove':
      element.removeAttributeNS(edit.attribute.namespaceURI, edit.attribute.localName);
      return;
    case 'class': {
      const tokens = new Set(element.classList);
      for (const token of edit.remove) tokens.delete(token);
      for (const token of edit.add) tokens.add(token);
      if (tokens.size === 0) element.removeAttribute('class');
      else element.setAttribute('class', [...tokens].join(' '));
      return;
    }
    case 'style': {
      const style = styleOf(element);
      if (edit.value === '') style.removeProperty(edit.name);
      else style.setProperty(edit.name, edit.value, edit.priority);
      if (style.length === 0) element.removeAttribute('style');
      return;
    }
  }
}

/** Give an element an attribute of another document's element. */
export function setAttribute(element: Element, attribute: Attr): void {
  const { namespaceURI, name, localName, value } = attribute;
  const trusted = trustedAttribute(element, localName, value);
  // Source names such as `@click` are refused by setAttribute, but not as a node.
  if (trusted === value) element.setAttributeNodeNS(document.importNode(attribute));
  else element.setAttributeNS(namespaceURI, name, trusted);
}

function valueEdits(before: string | null, attribute: Attr, live: Element): AttributeEdit[] {
  const now = live.getAttributeNS(attribute.namespaceURI, attribute.localName);
  if (now === attribute.value) return [];
  if (now !== before) {
    if (attribute.name === 'class') return classEdits(before ?? '', attribute.value, live);
    if (attribute.name === 'style') return styleEdits(before ?? '', attribute.value);
  }
  return [{ kind: 'set', attribute }];
}

function removalEdits(attribute: Attr, live: Element): AttributeEdit[] {
  const now = live.getAttributeNS(attribute.namespaceURI, attribute.localName);
  if (now === null) return [];
  if (now !== attribute.value) {
    if (attribute.name === 'class') return classEdits(attribute.value, '', live);
    if (attribute.name === 'style') return styleEdits(attribute.value, '');
  }
  return [{ kind: 'remove', attribute }];
}

function classEdits(before: string, after: string, live: Element): AttributeEdit[] {
  const old = new Set(before.split(/\s+/).filter(Boolean));
  const fresh = new Set(after.split(/\s+/).filter(Boolean));
  const add = [...fresh].filter((token) => !old.has(token) && !live.classList.contains(token));
  const remove = [...old].filter((token) => !fresh.has(token) && live.classList.contains(token));
  if (add.length === 0 && remove.length === 0) return [];
  return [{ kind: 'class', add, remove }];
}

function styleEdits(before: string, after: string): AttributeEdit[] {
  const old = declarations(before);
  const fresh = declarations(after);
  const edits: AttributeEdit[] = [];
  for (const name of old.keys()) {
    if (!fresh.has(name)) edits.push({ kind: 'style', name, value: '', priority: '' });
  }
  for (const [name, text] of fresh) {
    if (old.get(name) === text) continue;
    const priority = /\s*!\s*important$/i.test(text) ? 'important' : '';
    const value = priority ? text.replace(/\s*!\s*important$/i, '') : text;
    edits.push({ kind: 'style', name, value, priority });
  }
  return edits;
}

/** The declarations as written: CSSOM would split shorthands, and lose those that hold a var(). */
function declarations(style: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const piece of splitDeclarations(style.replace(/\/\*.*?\*\//gs, ''))) {
    const colon = piece.indexOf(':');
    if (colon < 0) continue;
    const name = piece.slice(0, colon).trim();
    found.set(name.startsWith('--') ? name : name.toLowerCase(), piece.slice(colon + 1).trim());
  }
  return found;
}

/** Splits at the semicolons that are in no string and in no brackets (`url(data:a;b)`). */
function splitDeclarations(style: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let depth = 0;
  let quote = '';
  for (let i = 0; i < style.length; i++) {
    const char = style[i] as string;
    if (char === '\\') i++;
    else if (quote) quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    else if (char === ';' && depth <= 0) {
      pieces.push(style.slice(start, i));
      start = i + 1;
    }
  }
  pieces.push(style.slice(start));
  return pieces;
}
