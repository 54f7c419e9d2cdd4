import { trustedAttribute } from '../shared/trusted.ts';
import { declarations, setDeclaration } from '../styles/declarations.ts';
import {
  attributesOf,
  classList,
  getAttributeNodeNS,
  getAttributeNS,
  hasAttributeNS,
  importNode,
  removeAttribute,
  removeAttributeNS,
  setAttribute as set,
  setAttributeNodeNS,
  setAttributeNS,
} from './members.ts';
import { styleOf } from './nodes.ts';

/** One change of an element's attributes. */
export type AttributeEdit =
  | { kind: 'set'; attribute: Attr }
  | { kind: 'remove'; attribute: Attr }
  | { kind: 'class'; add: string[]; remove: string[] }
  | { kind: 'style'; before: string; after: string };

/**
 * What turns `base`'s attributes into `next`'s, on an element that scripts may have changed:
 * other attributes are not touched, and `class` and `style` keep what scripts put there.
 */
export function attributeEdits(base: Element, next: Element, live: Element): AttributeEdit[] {
  const edits: AttributeEdit[] = [];
  for (const attribute of attributesOf(next)) {
    const before = getAttributeNodeNS(base, attribute.namespaceURI, attribute.localName);
    if (before?.value === attribute.value) continue;
    edits.push(...valueEdits(before?.value ?? null, attribute, live));
  }
  for (const attribute of attributesOf(base)) {
    if (hasAttributeNS(next, attribute.namespaceURI, attribute.localName)) continue;
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
      removeAttributeNS(element, edit.attribute.namespaceURI, edit.attribute.localName);
      return;
    case 'class': {
      const tokens = new Set(classList(element));
      for (const token of edit.remove) tokens.delete(token);
      for (const token of edit.add) tokens.add(token);
      if (tokens.size === 0) removeAttribute(element, 'class');
      else set(element, 'class', [...tokens].join(' '));
      return;
    }
    case 'style': {
      const style = styleOf(element);
      setStyle(style, edit.before, edit.after);
      if (style.length === 0) removeAttribute(element, 'style');
      return;
    }
  }
}

/** Give an element an attribute of another document's element. */
export function setAttribute(element: Element, attribute: Attr): void {
  const { namespaceURI, name, localName, value } = attribute;
  const trusted = trustedAttribute(element, localName, value);
  // Source names such as `@click` are refused by setAttribute, but not as a node.
  if (trusted === value) setAttributeNodeNS(element, importNode(document, attribute) as Attr);
  else setAttributeNS(element, namespaceURI, name, trusted);
}

function valueEdits(before: string | null, attribute: Attr, live: Element): AttributeEdit[] {
  const now = getAttributeNS(live, attribute.namespaceURI, attribute.localName);
  if (now === attribute.value) return [];
  if (now !== before) {
    if (attribute.name === 'class') return classEdits(before ?? '', attribute.value, live);
    if (attribute.name === 'style') return styleEdits(before ?? '', attribute.value);
  }
  return [{ kind: 'set', attribute }];
}

function removalEdits(attribute: Attr, live: Element): AttributeEdit[] {
  const now = getAttributeNS(live, attribute.namespaceURI, attribute.localName);
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
  const add = [...fresh].filter((token) => !old.has(token) && !classList(live).contains(token));
  const remove = [...old].filter((token) => !fresh.has(token) && classList(live).contains(token));
  if (add.length === 0 && remove.length === 0) return [];
  return [{ kind: 'class', add, remove }];
}

function styleEdits(before: string, after: string): AttributeEdit[] {
  const same = String([...declarations(before)]) === String([...declarations(after)]);
  return same ? [] : [{ kind: 'style', before, after }];
}

/**
 * The whole of a new source, since the order of declarations counts, and after it what scripts had made of
 * the old one, as far as the source does not change just that.
 */
function setStyle(live: CSSStyleDeclaration, before: string, after: string): void {
  const [old, fresh] = [parsedStyle(before), parsedStyle(after)];
  const names = new Set([...declarations(live.cssText).keys(), ...old, ...live]);
  const scripted: [string, string][] = [];
  for (const name of names) {
    const [was, now] = [declaredAs(old, name), declaredAs(live, name)];
    if (was !== now && was === declaredAs(fresh, name)) scripted.push([name, now]);
  }
  live.cssText = after;
  for (const [name, value] of scripted) {
    if (value === '') live.removeProperty(name);
    else setDeclaration(live, name, value);
  }
}

function parsedStyle(text: string): CSSStyleDeclaration {
  const { style } = document.createElement('div');
  style.cssText = text;
  return style;
}

function declaredAs(style: CSSStyleDeclaration, name: string): string {
  const value = style.getPropertyValue(name);
  return value && style.getPropertyPriority(name) ? `${value} !important` : value;
}
