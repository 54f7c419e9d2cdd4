// What a specifier means in a module of the page. A module that was pushed has a `data:` URL, and so the
// browser's own `import.meta.resolve` of it knows neither its folder nor the scopes that it is in.

import { absolute } from '../shared/address.ts';

interface Rules {
  imports: Record<string, string>;
  scopes: Record<string, Record<string, string>>;
}

/**
 * The URL of a specifier, as the import maps of the page say.
 *
 * @throws TypeError for a bare one that no import map has.
 */
export function resolve(specifier: string, importer: string): string {
  const url = absolute(specifier, importer)?.href ?? null;
  const name = url ?? specifier;
  const maps = [...pageMaps()];
  const scopes = maps.flatMap((map) => Object.entries(map.scopes));
  const inScope = scopes
    .filter(([scope]) => (scope.endsWith('/') ? importer.startsWith(scope) : importer === scope))
    .sort(([a], [b]) => (a < b ? 1 : -1));
  for (const rules of [...inScope.map(([, found]) => found), ...maps.map((map) => map.imports)]) {
    const found = lookUp(name, rules);
    if (found !== null) return found;
  }
  // A map that a script has added and taken out again is known to the browser only; what it throws says
  // that the name is bare.
  return url ?? import.meta.resolve(specifier);
}

function lookUp(name: string, rules: Record<string, string>): string | null {
  const exact = rules[name];
  if (exact !== undefined) return exact;
  const prefixes = Object.keys(rules).filter((key) => key.endsWith('/') && name.startsWith(key));
  const longest = prefixes.sort((a, b) => b.length - a.length)[0];
  return longest === undefined ? null : `${rules[longest]}${name.slice(longest.length)}`;
}

/** The texts of the page's import maps: those that its author wrote, and those of its scripts. */
export function mapTexts(): string[] {
  const scripts = document.querySelectorAll('script[type="importmap" i]:not([data-hotreload])');
  return Array.from(scripts, (script) => script.textContent ?? '');
}

/** The page's import maps, with absolute URLs. */
function* pageMaps(): Generator<Rules> {
  for (const text of mapTexts()) {
    try {
      const { imports = {}, scopes = {} } = JSON.parse(text);
      const within = Object.entries(scopes as Rules['scopes']).map(([scope, rules]) => [
        new URL(scope, document.baseURI).href,
        absoluteRules(rules),
      ]);
      yield { imports: absoluteRules(imports), scopes: Object.fromEntries(within) };
    } catch {
      // The browser has said that it is none.
    }
  }
}

function absoluteRules(rules: Record<string, unknown>): Record<string, string> {
  const entries = Object.entries(rules).flatMap(([key, address]) => {
    const url = typeof address === 'string' ? absolute(address, document.baseURI) : null;
    return url ? [[absolute(key, document.baseURI)?.href ?? key, url.href]] : [];
  });
  return Object.fromEntries(entries);
}
