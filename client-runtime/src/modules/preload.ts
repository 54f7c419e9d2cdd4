// Who saves a module is likely to save it again. What runs again then is loaded while the page is
// idle, all but the module itself: a facade has its URL, and passes on what its text will export.

import type { Preload } from '../connection/protocol.ts';
import { isSafePath, urlOf } from '../shared/address.ts';
import { create, head } from '../shared/create.ts';
import { addImports, dataUrl, nonce } from './import-map.ts';

const probe = 'hotreload:preload-probe';

let next: Preload | null = null;
/** The URL of each module of `next`; null as long as they are not in the import map. */
let urls: ReadonlyMap<string, string> | null = null;
let isFit: Promise<boolean> | undefined;

/** Load what may be needed next as soon as there is time for it. */
export function preload(frame: Preload): void {
  if (![frame, ...frame.modules].every(({ path }) => isSafePath(path))) return;
  next = frame;
  urls = null;
  whenIdle(async () => {
    isFit ??= leavesImportsAlone();
    if (!(await isFit) || next !== frame) return;
    for (const [path, url] of mapped(frame)) if (path !== frame.path) void load(url);
  });
}

/** The URL that a module was loaded by ahead, or will be, if it was under this version. */
export function preloaded(path: string, v: string): string | undefined {
  return next?.v === v ? mapped(next).get(path) : undefined;
}

/** What the text of a preloaded module has to be known by: null where it is known. */
export function lacking(path: string): string | null {
  return next?.path === path ? behind(next) : null;
}

function mapped(frame: Preload): ReadonlyMap<string, string> {
  if (urls !== null) return urls;
  const facade = `export*from"${behind(frame)}";`;
  const passedOn = frame.default ? `${facade}export{default}from"${behind(frame)}";` : facade;
  const found = new Map([[frame.path, `data:text/javascript,${encodeURIComponent(passedOn)}`]]);
  for (const { path, code } of frame.modules) found.set(path, dataUrl(code ?? '', urlOf(path)));
  addImports(Object.fromEntries([...found].map(([path, url]) => [urlOf(path, frame.v), url])));
  urls = found;
  return found;
}

/** The specifier by which a facade imports what it stands for. */
function behind({ v }: Preload): string {
  return `hotreload:${v}`;
}

/**
 * Whether the browser loads a module ahead without what it imports. It may do otherwise, by the HTML
 * standard (fetch a modulepreload module script graph), and would fail at what is not there yet.
 */
async function leavesImportsAlone(): Promise<boolean> {
  const [outer, inner] = [`${probe}-outer`, `${probe}-inner`];
  addImports({ [outer]: `data:text/javascript,import"${inner}"` });
  const url = `data:text/javascript,import"${outer}"`;
  try {
    await load(url);
    addImports({ [inner]: 'data:text/javascript,' });
    await import(/* @vite-ignore */ url);
    return true;
  } catch {
    return false;
  }
}

/** Settles when a module is there to be run, or can't be. */
function load(url: string): Promise<void> {
  const link = create('link');
  link.rel = 'modulepreload';
  link.href = url;
  link.nonce = nonce();
  return new Promise((resolve) => {
    link.onload = link.onerror = () => {
      link.remove();
      resolve();
    };
    head().append(link);
  });
}

function whenIdle(run: () => unknown): void {
  // Safari has none.
  if ('requestIdleCallback' in globalThis) requestIdleCallback(() => run());
  else setTimeout(run);
}
