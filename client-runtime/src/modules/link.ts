// Pushed code becomes modules without a request: an import map gives each new URL a `data:` URL.

import type { ModuleUpdate } from '../connection/protocol.ts';
import { base, urlOf } from '../shared/address.ts';
import { addImports, dataUrl } from './import-map.ts';
import type { Modules } from './modules.ts';
import { lacking, preloaded } from './preload.ts';

// Bare: a URL would be fetched where the map does not count, with an error in the console.
const probe = '@hotreload/probe';

/** Whether import maps can still be added to this page: not so in older browsers, or by its CSP. */
export async function canLink(): Promise<boolean> {
  // Asking would only fill the console with violations of the policy.
  if (document.querySelector('meta[http-equiv="Content-Security-Policy" i]')) return false;
  try {
    addImports({ [probe]: 'data:text/javascript,export default 1' });
    await import(/* @vite-ignore */ probe as string);
    return true;
  } catch {
    return false;
  }
}

/** How to import a module of an update, now that its code is here. */
export type Import = (path: string) => Promise<unknown>;

/** Make the modules' versioned URLs run the code that came with them, or was preloaded. */
export function link(modules: readonly ModuleUpdate[]): Import {
  const urls = new Map<string, string>();
  const imports: Record<string, string> = {};
  for (const { path, v, code } of modules) {
    const url = code === null ? urlOf(path, v) : dataUrl(code, urlOf(path));
    const known = preloaded(path, v);
    urls.set(path, known ?? url);
    const address = known === undefined ? urlOf(path, v) : lacking(path);
    if (code !== null && address !== null) imports[address] = url;
  }
  if (modules.length !== 1) {
    addImports(imports);
    return (path) => import(urls.get(path) ?? urlOf(path));
  }
  // Nobody imports a lone module yet: its name in the import map can wait until it has run.
  return async (path) => {
    const running = import(urls.get(path) ?? urlOf(path));
    addImports(imports);
    return running;
  };
}

/** Where nothing can be linked, the server gives the same code under the same URLs. */
export function fetchBy(modules: readonly ModuleUpdate[]): Import {
  const versions = new Map(modules.map(({ path, v }) => [path, v]));
  return (path) => import(urlOf(path, versions.get(path)));
}

/** Let URLs that other pages' modules go by lead to the instances this page has. */
export function alias(aliases: Readonly<Record<string, string>>, modules: Modules): void {
  const imports: Record<string, string> = {};
  for (const [url, path] of Object.entries(aliases)) {
    const instance = modules.loaded.get(path);
    if (instance && !isBornWith(url)) imports[urlOf(url)] = instance.url;
  }
  addImports(imports);
}

/** Whether a birth map has an address: a second rule for it would be dropped, with a warning. */
function isBornWith(path: string): boolean {
  const name = JSON.stringify(base.slice(0, -1) + path);
  const maps = document.querySelectorAll('script[type="importmap"][data-hotreload]');
  return [...maps].some((map) => map.textContent?.includes(name));
}
