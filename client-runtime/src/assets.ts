// Images and other files: swapped wherever the page shows them, and nowhere else.

import { pathOf, withVersion } from './address.ts';
import type { AssetUpdate } from './protocol.ts';
import { type Root, roots } from './roots.ts';
import { mapSrcset } from './srcset.ts';

const attributes: readonly (readonly [selector: string, attribute: string])[] = [
  ['img[src], video[src], audio[src], source[src], track[src], embed[src], input[src]', 'src'],
  ['video[poster]', 'poster'],
  ['object[data]', 'data'],
  ['link[rel~="icon"], link[rel~="apple-touch-icon"], link[rel~="manifest"]', 'href'],
  ['image[href], use[href], feImage[href]', 'href'],
];

const inStyle = /(url\("?)([^")]+)("?\))/g;

/** Something that shows files: it passes each address to `change`, and shows what that returns. */
type Use = (change: (address: string) => string) => void;

/** The paths of what the page shows. */
export function assetPaths(): string[] {
  const paths = new Set<string>();
  for (const use of uses()) {
    use((address) => {
      const path = pathOf(address);
      if (path !== null) paths.add(path);
      return address;
    });
  }
  return [...paths];
}

/** Show a file anew wherever it is shown; returns whether it is. */
export function updateAsset({ path, hash }: AssetUpdate): boolean {
  let shown = false;
  for (const use of uses()) {
    use((address) => {
      if (pathOf(address) !== path) return address;
      shown = true;
      return withVersion(address, hash);
    });
  }
  return shown;
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
  for (const { style } of root.querySelectorAll<HTMLElement>('[style*="url("]')) {
    yield (change) => {
      const text = style.cssText.replace(inStyle, (_, open, address, close) => {
        return open + change(address) + close;
      });
      if (text !== style.cssText) style.cssText = text;
    };
  }
}

function rewrite(element: Element, attribute: string, change: (text: string) => string): void {
  const text = element.getAttribute(attribute) ?? '';
  const changed = text && change(text);
  if (changed !== text) element.setAttribute(attribute, changed);
}
