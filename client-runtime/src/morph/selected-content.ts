// `<selectedcontent>`, in which a browser shows a copy of the chosen option. The parser fills it, so that it
// seems to be of the source; it follows what the user chooses, but not all that an edit does.

import { byName, select } from './members.ts';
import { childrenOf } from './nodes.ts';

/**
 * Empties those that the browser filled: what is in them is not the source's.
 *
 * @returns whether there are any
 */
export function emptySelectedContent(source: Document): boolean {
  const found = byName(source, 'selectedcontent');
  for (const content of found) {
    const option = chosen(content);
    if (option && isCopy(content, option)) content.replaceChildren();
  }
  return found.length > 0;
}

/**
 * To be called before a page is edited; what it gives brings the copies up to date after that.
 *
 * It takes the next source, and what tells which node of the page one of the source's has become.
 */
export function keepSelectedContent(
  live: Document,
): (next: Document, liveOf: (source: Node) => Node | undefined) => void {
  const isStale = (content: Element) => {
    const option = chosen(content);
    return option !== null && !isCopy(content, option);
  };
  // What is no copy before the edit is a script's own.
  const scripted = new Set([...select(live, 'selectedcontent')].filter(isStale));
  return (next, liveOf) => {
    for (const content of select(live, 'selectedcontent')) {
      if (scripted.has(content) || !isStale(content)) continue;
      const option = chosen(content) as Element;
      content.replaceChildren(...childrenOf(option).map((child) => child.cloneNode(true)));
    }
    const restore = (sources: readonly Element[]) => {
      for (const source of sources) {
        const content = liveOf(source);
        if (content instanceof Element) {
          content.replaceChildren(...childrenOf(source).flatMap((child) => liveOf(child) ?? []));
        }
      }
    };
    const sources = [...byName(next, 'selectedcontent')];
    restore(sources.filter(isNested));
    const unchosen = sources.filter((source) => !isNested(source) && !chosen(source));
    // Chromium takes away what is shown, also what the source shows instead, some time after the
    // last option has gone: in a microtask.
    if (unchosen.length > 0) {
      queueMicrotask(() => restore(unchosen.filter((source) => !liveOf(source)?.firstChild)));
    }
  };
}

/** Source: HTML, "get a select's enabled selectedcontent". */
function chosen(content: Element): HTMLOptionElement | null {
  if (isNested(content)) return null;
  const list = content.closest('select');
  if (!(list instanceof HTMLSelectElement) || list.multiple) return null;
  return list.selectedOptions[0] ?? null;
}

/** In an option, or in another one, it would show itself, and so is left alone. */
function isNested(content: Element): boolean {
  return content.parentElement?.closest('option, selectedcontent') != null;
}

function isCopy(content: Element, option: Element): boolean {
  const [copies, originals] = [content.childNodes, option.childNodes];
  if (copies.length !== originals.length) return false;
  return [...copies].every((copy, index) => copy.isEqualNode(originals[index] as Node));
}
