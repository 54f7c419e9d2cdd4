// Pushed code becomes modules without a request: an import map gives each new URL a `data:` URL.

import { urlOf } from './address.ts';
import type { Modules } from './modules.ts';
import type { ModuleUpdate } from './protocol.ts';

const probe = 'hotreload:probe';

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

/** As many modules in a row are loaded faster all at once than one after the other. */
const manyModules = 3;

/**
 * Load and run modules, dependencies before importers. Each level of a chain costs the browser a round
 * of tasks; one module that imports them all has a single level. What fails will say so when it is
 * imported by its own URL.
 */
export async function prefetch(urls: readonly string[]): Promise<void> {
  if (urls.length < manyModules) return;
  const text = urls.map((url) => `import ${JSON.stringify(url)};`).join('');
  await import(`data:text/javascript;charset=utf-8,${encodeURIComponent(text)}`).catch(() => {});
}

/** Make `import()` of the modules' versioned URLs run the code that came with them. */
export function link(modules: readonly ModuleUpdate[]): void {
  const imports: Record<string, string> = {};
  for (const { path, v, code } of modules) {
    imports[urlOf(path, v)] = dataUrl(code, urlOf(path));
  }
  addImports(imports);
}

/** Let URLs that other pages' modules go by lead to the instances this page has. */
export function alias(aliases: Readonly<Record<string, string>>, modules: Modules): void {
  const imports: Record<string, string> = {};
  for (const [url, path] of Object.entries(aliases)) {
    const instance = modules.loaded.get(path);
    if (instance) imports[urlOf(url)] = instance.url;
  }
  addImports(imports);
}

function addImports(imports: Record<string, string>): void {
  const script = document.createElement('script');
  script.type = 'importmap';
  script.textContent = JSON.stringify({ imports });
  const nonce = document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce;
  if (nonce) script.nonce = nonce;
  document.head.append(script);
  script.remove();
}

function dataUrl(code: string, sourceUrl: string): string {
  const text = `${code}\n//# sourceURL=${sourceUrl}`;
  return `data:text/javascript;charset=utf-8,${encodeURIComponent(text)}`;
}
