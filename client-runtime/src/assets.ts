// Images and other files: swapped wherever the page shows them, and nowhere else.

import { pathOf, withVersion } from './address.ts';
import type { AssetUpdate } from './protocol.ts';

const attributes: readonly (readonly [selector: string, attribute: string])[] = [
  ['img[src], video[src], audio[src], source[src], track[src], embed[src], input[src]', 'src'],
  ['video[poster]', 'poster'],
  ['object[data]', 'data'],
  ['link[rel~="icon"], link[rel~="apple-touch-icon"], link[rel~="manifest"]', 'href'],
  ['image[href], use[href], feImage[href]', 'href'],
];

/** The paths of what the page shows. */
export function assetPaths(): string[] {
  const paths = new Set<string>();
  for (const [, address] of uses()) {
    const path = pathOf(address);
    if (path !== null) paths.add(path);
  }
  return [...paths];
}

export function updateAsset({ path, hash }: AssetUpdate): void {
  for (const [element, address, set] of uses()) {
    if (pathOf(address) === path) set(element, withVersion(address, hash));
  }
}

type Use = [Element, string, (element: Element, address: string) => void];

function* uses(): Generator<Use> {
  for (const [selector, attribute] of attributes) {
    for (const element of document.querySelectorAll(selector)) {
      const address = element.getAttribute(attribute);
      if (address) yield [element, address, (e, value) => e.setAttribute(attribute, value)];
    }
  }
  for (const element of document.querySelectorAll('[srcset], [imagesrcset]')) {
    const attribute = element.hasAttribute('srcset') ? 'srcset' : 'imagesrcset';
    for (const address of candidates(element.getAttribute(attribute) ?? '')) {
      yield [element, address, (e, value) => replaceCandidate(e, attribute, address, value)];
    }
  }
  for (const element of document.querySelectorAll<HTMLElement>('[style*="url("]')) {
    for (const [, address = ''] of element.style.cssText.matchAll(/url\("?([^")]+)"?\)/g)) {
      yield [element, address, (e, value) => replaceInStyle(e as HTMLElement, address, value)];
    }
  }
}

/** The addresses in a `srcset` (HTML Standard, 4.8.4.2.1: separated by commas after white space). */
function candidates(srcset: string): string[] {
  return [...srcset.matchAll(/(?:^|,\s*|\s)([^\s,][^\s]*[^\s,])(?=\s|,|$)/g)]
    .map((match) => match[1] ?? '')
    .filter((address) => !/^[\d.]+[wxh]$/.test(address));
}

function replaceCandidate(element: Element, attribute: string, from: string, to: string): void {
  const text = element.getAttribute(attribute) ?? '';
  element.setAttribute(attribute, text.replace(from, to));
}

function replaceInStyle(element: HTMLElement, from: string, to: string): void {
  element.style.cssText = element.style.cssText.replaceAll(from, to);
}
