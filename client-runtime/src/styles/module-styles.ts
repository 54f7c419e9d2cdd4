// The stylesheets that modules import: each is a `<style>` at the end of the head, in the order in which
// a fresh load would put them there.

import { longestIncreasing } from '../morph/subsequence.ts';
import { urlOf } from '../shared/address.ts';
import { create, head } from '../shared/create.ts';
import { absoluteUrls } from './css-absolute.ts';
import { renewMoved, setSource } from './style-element.ts';

const created = new Map<string, HTMLStyleElement>();

/** How the latest instance of each takes its own out again. */
const removers = new Map<string, () => void>();

/** The place of each sheet among the others, as the server told it last. */
let places: ReadonlyMap<string, number> = new Map();

/** The `<style>` of a stylesheet that a module imports. Returns how to take it out again. */
export function createStyle(path: string, css: string): () => void {
  const style = created.get(path);
  const text = absoluteUrls(css, urlOf(path));
  if (style) {
    setSource(style, text);
  } else {
    const fresh = create('style');
    fresh.setAttribute('data-hotreload', path);
    fresh.textContent = text;
    put(path, fresh);
    created.set(path, fresh);
  }
  const remove = () => {
    if (removers.get(path) !== remove) return;
    removers.delete(path);
    created.get(path)?.remove();
    created.delete(path);
  };
  removers.set(path, remove);
  return remove;
}

/** Make the `<style>` of a path say another text; returns whether there is one. */
export function updateCreated(path: string, css: string | null): boolean {
  const style = created.get(path);
  if (style && css !== null) setSource(style, absoluteUrls(css, urlOf(path)));
  return style !== undefined;
}

export function createdPaths(): Iterable<string> {
  return created.keys();
}

/** Take note of an order, for the sheets that are to come. */
export function expectOrder(paths: readonly string[]): void {
  if (paths.length > 0) places = new Map(paths.map((path, at) => [path, at]));
}

/** Put the sheets that are there into that order; as few as possible move. */
export function arrangeStyles(): void {
  const styles = [...created].filter(([path, style]) => places.has(path) && style.isConnected);
  styles.sort(([, a], [, b]) => (precedes(a, b) ? -1 : 1));
  const staying = longestIncreasing(styles.map(([path]) => places.get(path) ?? -1));
  const moving = styles.filter((_, at) => !staying.has(at));
  if (moving.length === 0) return;
  for (const [path] of moving) created.delete(path);
  for (const [path, style] of moving) {
    put(path, style);
    created.set(path, style);
  }
  renewMoved();
}

/** Put an element where its path has its place among the others. */
function put(path: string, style: HTMLStyleElement): void {
  const place = places.get(path) ?? Number.POSITIVE_INFINITY;
  let before: HTMLStyleElement | null = null;
  let after: HTMLStyleElement | null = null;
  let [nearestBefore, nearestAfter] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const [otherPath, other] of created) {
    const at = places.get(otherPath);
    if (at === undefined || !other.isConnected) continue;
    if (at < place && at > nearestBefore) [before, nearestBefore] = [other, at];
    if (at > place && at < nearestAfter) [after, nearestAfter] = [other, at];
  }
  if (place === Number.POSITIVE_INFINITY) head().append(style);
  else if (before) before.after(style);
  else if (after) after.before(style);
  else head().append(style);
}

function precedes(a: Node, b: Node): boolean {
  return (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
}
