// Paths as the protocol writes them ↔ URLs as the browser does.

const own = new URL(import.meta.url);

/** The page's origin and the public base: where every path of the protocol hangs. */
export const origin = own.origin;
export const base = new URL('..', own).pathname;

// Another server's, or another folder's, whatever the base.
const leadsAway = /^\/\/|\\|\/(?:\.|%2e){1,2}(?:[/?#]|$)|[\0-\x20]/i;

/** The URL of a path, under a version if it has one. */
export function urlOf(path: string, version = ''): string {
  const address = origin + base.slice(0, -1) + path;
  if (version === '') return address;
  return `${address}${path.includes('?') ? '&' : '?'}v=${version}`;
}

/** Whether a path from the server can only lead to the server. */
export function isSafePath(path: string): boolean {
  return path.startsWith('/') && !leadsAway.test(path);
}

/** A specifier as a URL; null for a bare one, which the import map is for. */
export function absolute(specifier: string, importer: string): URL | null {
  if (!/^(?:\.{0,2}\/|[a-z][a-z\d+.-]*:)/i.test(specifier)) return null;
  return new URL(specifier, importer);
}

/** The protocol's path of a URL, without query and fragment; null where it is not of this server. */
export function pathOf(address: string, relativeTo: string = document.baseURI): string | null {
  let url: URL;
  try {
    url = new URL(address, relativeTo);
  } catch {
    return null;
  }
  if (url.origin !== origin || !url.pathname.startsWith(base)) return null;
  return normal(url.pathname.slice(base.length - 1));
}

// What the server leaves unescaped and encodeURIComponent() doesn't.
const plain = /%(?:24|26|2B|2C|3A|3B|3D|40|5B|5D|7C)/g;

/** One spelling for paths that differ in what they escape: the server's. */
export function normal(path: string): string {
  try {
    return path
      .split('/')
      .map((segment) => encodeURIComponent(decodeURIComponent(segment)))
      .join('/')
      .replace(plain, decodeURIComponent);
  } catch {
    return path;
  }
}

/** An address with its `v` query parameter set, else as it was written. */
export function withVersion(address: string, version: string): string {
  const [, path = '', query = '', hash = ''] = /^([^?#]*)\??([^#]*)(.*)$/s.exec(address) ?? [];
  const kept = query.split('&').filter((pair) => pair !== '' && !pair.startsWith('v='));
  return `${path}?${[...kept, `v=${version}`].join('&')}${hash}`;
}

/** What is no JavaScript, and so is asked for as a module that stands for it. */
const isScript = /\.(?:[cm]?js|m?ts|jsx|tsx|vue|svelte|wasm)$|\/[^./]*$/i;
const wraps =
  /(?:^|&)(?:import|json|text|names|url|raw|inline|worker|sharedworker|init|commonjs|exports)(?:&|=|$)/;

/**
 * The protocol's path of the module that an import of a URL means, without its version; null where the
 * browser is to see to it.
 *
 * @param type the import's `type` attribute
 */
export function modulePath(url: URL, type?: string): string | null {
  const path = pathOf(url.href, url.href);
  const isWrapped = type === undefined || type === 'json' || type === 'text';
  if (path === null || !isWrapped) return null;
  const query = url.search
    .slice(1)
    .split('&')
    .filter((pair) => pair && !pair.startsWith('v='));
  if (!wraps.test(query.join('&'))) {
    if (type !== undefined) query.push(type);
    else if (!isScript.test(path)) query.push('import');
  }
  return query.length > 0 ? `${path}?${query.join('&')}` : path;
}
