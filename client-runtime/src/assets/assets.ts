// Images and other files: swapped wherever the page shows them, and nowhere else.

import { styleOf } from '../morph/nodes.ts';
import { base, pathOf, withVersion } from '../shared/address.ts';
import { create, head } from '../shared/create.ts';
import { type Root, roots } from '../shared/roots.ts';
import { mapUrls, patience, type RuleUse, rulesWithUrls } from '../styles/css-urls.ts';
import { playOn } from './media.ts';
import { mapSrcset } from './srcset.ts';

const attributes: readonly (readonly [selector: string, attribute: string])[] = [
  ['img[src], video[src], audio[src], source[src], track[src], embed[src], input[src]', 'src'],
  ['video[poster]', 'poster'],
  ['object[data]', 'data'],
  ['link[rel~="icon"], link[rel~="apple-touch-icon"], link[rel~="manifest"]', 'href'],
  ['image[href], use[href], feImage[href]', 'href'],
  // Wherever this name is spelt like that it is in its namespace.
  ['image, use, feImage', 'xlink:href'],
];

/** Something that shows files: it passes each address to `change`, and shows what that returns. */
type Use = (change: (address: string) => string) => void;

/**
 * The path of a file that is shown by its address; null for none of this server's, and for a part of this
 * very document: that needs no file, and asking for one would put the document into itself.
 */
function shownPath(address: string, relativeTo = document.baseURI): string | null {
  const isPart = address.includes('#') && withoutFragment(address, relativeTo) === ownUrl();
  return isPart || /^\s*#/.test(address) ? null : pathOf(address, relativeTo);
}

const ownUrl = () => withoutFragment(document.URL, document.URL);

function withoutFragment(address: string, relativeTo: string): string | null {
  try {
    return new URL(address, relativeTo).href.replace(/#.*/s, '');
  } catch {
    return null;
  }
}

/** The paths of what the page's elements show. */
export function assetPaths(): string[] {
  const paths = new Set<string>();
  for (const use of uses()) {
    use((address) => {
      const path = shownPath(address);
      if (path !== null) paths.add(path);
      return address;
    });
  }
  return [...paths];
}

/** The files that changed in this life of the page: their path, and the version they are asked for by. */
const changed = new Map<string, string>();

/** Show a file anew wherever it is shown, by a version; returns whether it is. */
export async function updateAsset(path: string, version: string): Promise<boolean> {
  changed.set(path, version);
  return (await showAnew(new Map([[path, version]]))) || showIcon(path, version);
}

/** Show the files of now where an edit names them: the browser would take those that it had before. */
export async function refreshAssets(): Promise<void> {
  if (changed.size > 0) await showAnew(changed);
}

async function showAnew(files: ReadonlyMap<string, string>): Promise<boolean> {
  let shown = false;
  for (const use of uses()) {
    use((address) => {
      const version = files.get(shownPath(address) ?? '');
      if (version === undefined) return address;
      shown = true;
      return withVersion(address, version);
    });
  }
  const changes = rulesShowing(files);
  await Promise.all(changes.map(show));
  return shown || changes.length > 0;
}

/** What browsers ask for by themselves where no link names an icon. */
const unnamedIcon = '/favicon.ico';
const namedIcon = 'link[rel~="icon"]:not([data-hotreload])';

/** Whether a path is the page's icon, of which browsers tell as if scripts had asked for it. */
export function isIcon(path: string): boolean {
  if (path === unnamedIcon) return true;
  const links = document.querySelectorAll<HTMLLinkElement>('link[rel~="icon"]');
  return [...links].some(({ href }) => pathOf(href) === path);
}

/** Only a link makes a browser ask again for the icon that no link named. */
function showIcon(path: string, version: string): boolean {
  if (path !== unnamedIcon || base !== '/' || document.querySelector(namedIcon)) return false;
  const link = create('link');
  link.rel = 'icon';
  link.href = withVersion(path, version);
  link.setAttribute('data-hotreload', '');
  head().prepend(link);
  const leave = () => {
    if (!document.querySelector(namedIcon)) return;
    link.remove();
    document.removeEventListener('hotreload:after-morph', leave);
  };
  document.addEventListener('hotreload:after-morph', leave);
  return true;
}

interface RuleChange {
  use: RuleUse;
  text: string;
  /** What its text names from then on. */
  urls: string[];
}

/** A rule whose image is on its way would show nothing. */
async function show({ use, text, urls }: RuleChange): Promise<void> {
  if (!use.isFont) {
    const late = new Promise((resolve) => setTimeout(resolve, patience));
    await Promise.race([Promise.all(urls.map(arrival)), late]);
  }
  await use.set(text);
}

function rulesShowing(files: ReadonlyMap<string, string>): RuleChange[] {
  const changes: RuleChange[] = [];
  for (const use of rulesWithUrls()) {
    const urls: string[] = [];
    const text = mapUrls(use.text, (address) => {
      const version = files.get(shownPath(address, use.base) ?? '');
      const fresh = version === undefined ? address : withVersion(address, version);
      if (fresh !== address) urls.push(new URL(fresh, use.base).href);
      return fresh;
    });
    if (urls.length > 0) changes.push({ use, text, urls });
  }
  return changes;
}

/** Settles when the browser has an image that a rule will name, or can't have it. */
function arrival(url: string): Promise<void> {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => resolve();
    image.onerror = () => resolve();
    image.src = url;
  });
}

/** In the document and in its shadow roots. */
function* uses(): Generator<Use> {
  for (const root of roots()) yield* usesIn(root);
}

function* usesIn(root: Root): Generator<Use> {
  for (const [selector, attribute] of attributes) {
    for (const element of root.querySelectorAll(selector)) {
      yield (change) => rewrite(element, attribute, change);
    }
  }
  for (const attribute of ['srcset', 'imagesrcset']) {
    for (const element of root.querySelectorAll(`[${attribute}]`)) {
      yield (change) => rewrite(element, attribute, (text) => mapSrcset(text, change));
    }
  }
  for (const element of root.querySelectorAll<HTMLElement>('[style*="url("]')) {
    yield (change) => {
      // Not the text of the object model, which may say less than there is.
      const text = element.getAttribute('style') ?? '';
      const changed = mapUrls(text, change);
      if (changed !== text) styleOf(element).cssText = changed;
    };
  }
}

function rewrite(element: Element, attribute: string, change: (text: string) => string): void {
  const text = element.getAttribute(attribute) ?? '';
  const changed = text && change(text);
  if (changed === text) return;
  const set = () => element.setAttribute(attribute, changed);
  const { parentNode } = element;
  if (attribute === 'src' && element instanceof HTMLMediaElement) {
    playOn(element, set);
  } else if (element instanceof HTMLSourceElement && parentNode instanceof HTMLMediaElement) {
    const before = pathOf(text);
    // What another source of it plays goes on.
    const plays = parentNode.currentSrc === '' || pathOf(parentNode.currentSrc) === before;
    set();
    if (plays) playOn(parentNode, () => parentNode.load());
  } else {
    set();
  }
}
