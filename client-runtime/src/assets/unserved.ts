// Files that the app serves itself: nothing of them is pushed, so what uses them asks for them anew.

import { isFollowed } from '../page/followed.ts';
import { pathOf } from '../shared/address.ts';
import { stylePaths, updateStyle } from '../styles/styles.ts';
import { assetPaths, updateAsset } from './assets.ts';
import { isSwapped, wasFetched } from './fetched.ts';

/**
 * Show the files anew that changed, as far as the page uses them; returns why it can only be loaded
 * anew, or "".
 *
 * @param names of files, below the project's folder or absolute
 */
export async function showUnserved(names: readonly string[]): Promise<string> {
  const used = usedPaths();
  const version = Date.now().toString(36);
  for (const name of names) {
    for (const path of used.filter((path) => mayBe(path, name))) {
      const styled = await updateStyle({ path, css: null, imported: [], hash: version }, version);
      const shown = await updateAsset(path, version);
      if (!styled && !shown && wasFetched(path)) {
        return `${name} changed, which the app serves itself`;
      }
    }
  }
  return '';
}

/** What the page uses of this origin, but for what is swapped by its content. */
function usedPaths(): string[] {
  const loaded = performance.getEntriesByType('resource').map(({ name }) => pathOf(name));
  const scripts = [...document.querySelectorAll('script[src]')].map((e) =>
    pathOf((e as HTMLScriptElement).src),
  );
  const paths = new Set([...loaded, ...scripts, ...assetPaths(), ...stylePaths()]);
  // The runtime has fetched the page itself, which it merges.
  paths.delete(pathOf(location.href));
  return [...paths].filter((path) => path !== null && !isOurs(path)) as string[];
}

function isOurs(path: string): boolean {
  return path.startsWith('/@hotreload/') || isSwapped(path) || isFollowed(path);
}

/**
 * Whether a path may lead to a file: nobody tells under which prefix the file's folder is served. Its
 * end has to be the same, but for a hash in the name; folders of the same name lead on to the same.
 */
function mayBe(path: string, name: string): boolean {
  const [url, file] = [segments(path), segments(name)];
  const [last, own] = [url.pop() ?? '', file.pop() ?? ''];
  if (!/\.[a-z\d]+$/i.test(own) || (last !== own && withoutHash(last) !== own)) return false;
  while (url.length > 0 && file.length > 0 && url.at(-1) === file.at(-1)) {
    url.pop();
    file.pop();
  }
  return !url.some((segment) => file.includes(segment));
}

function segments(path: string): string[] {
  return path.split(/[/\\]/).filter(Boolean).map(decoded);
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function withoutHash(name: string): string {
  return name.replace(/[.-](?=[^.]*\d)[\da-f]{6,}(?=\.)/i, '');
}
