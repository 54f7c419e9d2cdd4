import {
  attributesOf,
  byName,
  doctypeOf,
  getAttribute,
  hasAttribute,
  localName,
  matches,
} from './members.ts';
import { describe, isProgram, isScript, isSpeculation } from './nodes.ts';

/** What of a source counts only while a page loads. */
export interface LoadTime {
  readonly doctype: string;
  /** The elements by `scriptKey`. */
  readonly nodes: ReadonlyMap<string, Element[]>;
}

export function loadTime(source: Document): LoadTime {
  return { doctype: doctype(source), nodes: loadTimeNodes(source) };
}

/**
 * Why no patch of the page could have the effect of this edit, or null: what a page does with these
 * nodes happens once, while it loads.
 */
export function reloadReason(base: LoadTime, next: LoadTime): string | null {
  if (base.doctype !== next.doctype) return 'the doctype was changed';
  const [before, after] = [base.nodes, next.nodes];
  for (const [key, elements] of before) {
    if (elements.length > (after.get(key)?.length ?? 0)) {
      const gone = elements[0] as Element;
      if (isSpeculation(gone)) continue;
      const verb = [...after].some(([other, [element]]) => {
        return !before.has(other) && element && whatItIs(element) === whatItIs(gone);
      });
      return `${name(gone)} was ${verb ? 'changed' : 'removed'}`;
    }
  }
  for (const [key, elements] of after) {
    const added = elements[0] as Element;
    if (elements.length <= (before.get(key)?.length ?? 0) || isRunnable(added)) continue;
    return `${name(added)} was added`;
  }
  return null;
}

/** How many more times each script occurs in `next` than in `base`, by `scriptKey`. */
export function addedScripts(base: LoadTime, next: LoadTime): Map<string, number> {
  const added = new Map<string, number>();
  for (const [key, elements] of next.nodes) {
    const more = elements.length - (base.nodes.get(key)?.length ?? 0);
    if (more > 0) added.set(key, more);
  }
  return added;
}

/** Equal for scripts that do the same thing. */
export function scriptKey(element: Element): string {
  const attributes = Array.from(
    attributesOf(element),
    ({ name, value }) => `${name}=${value}`,
  ).sort();
  if (localName(element) === 'meta' && hasAttribute(element, 'charset')) {
    // Names of encodings have no case.
    return `charset ${getAttribute(element, 'charset')?.trim().toLowerCase()}`;
  }
  return [localName(element), ...attributes, (element.textContent ?? '').trim()].join('\u0000');
}

function loadTimeNodes(document: Document): Map<string, Element[]> {
  const nodes = new Map<string, Element[]>();
  // Three lists by name: together they take less than one selector that says it all.
  const found = ['script', 'base', 'meta'].flatMap((name) => [...byName(document, name)]);
  for (const element of found) {
    if (localName(element) === 'meta' && !matches(element, '[charset], [http-equiv]')) continue;
    if (localName(element) === 'script' && !isProgram(element)) continue;
    if (element.closest('noscript, [data-hotreload=ignore]')) continue;
    const key = scriptKey(element);
    const list = nodes.get(key);
    if (list) list.push(element);
    else nodes.set(key, [element]);
  }
  return nodes;
}

function isRunnable(element: Element): boolean {
  return isScript(element) && getAttribute(element, 'type') !== 'importmap';
}

/** Two elements that are versions of one another answer the same. */
function whatItIs(element: Element): string {
  if (!isScript(element)) return name(element);
  const source = getAttribute(element, 'src');
  return source === null ? name(element) : `src ${source.replace(/[?#].*/, '')}`;
}

function name(element: Element): string {
  if (localName(element) === 'base') return '<base>';
  if (hasAttribute(element, 'charset') && localName(element) === 'meta') return 'the charset';
  const header = getAttribute(element, 'http-equiv');
  if (header !== null) return `<meta http-equiv="${header}">`;
  if (getAttribute(element, 'type') === 'importmap') return 'the import map';
  return hasAttribute(element, 'src') || element.id ? describe(element) : 'an inline <script>';
}

function doctype(document: Document): string {
  const type = doctypeOf(document);
  return type ? `${type.name} ${type.publicId} ${type.systemId}` : '';
}
