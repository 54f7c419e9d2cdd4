// Paths as the protocol writes them ↔ URLs as the browser does.

const own = new URL(import.meta.url);

/** The page's origin and the public base: where every path of the protocol hangs. */
export const origin = own.origin;
export const base = new URL('..', own).pathname;

const protocolRelative = /^\/\/|\\/;

/** The URL of a path, under a version if it has one. */
export function urlOf(path: string, version = ''): string {
  const address = origin + base.slice(0, -1) + path;
  if (version === '') return address;
  return `${address}${path.includes('?') ? '&' : '?'}v=${version}`;
}

/** Whether a path from the server can only lead to the server. */
export function isSafePath(path: string): boolean {
  return (
    path.startsWith('/') && !protocolRelative.test(path) && urlOf(path).startsWith(origin + base)
  );
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

/** One spelling for paths that differ in what they escape. */
export function normal(path: string): string {
  try {
    return encodeURI(decodeURI(path)).replaceAll('%5B', '[').replaceAll('%5D', ']');
  } catch {
    return path;
  }
}

/** An address with its `v` query parameter set, else as it was written. */
export function withVersion(address: string, version: string): string {
  const [beforeHash = '', ...fragment] = address.split('#');
  const [path = '', query = ''] = beforeHash.split('?', 2);
  const kept = query.split('&').filter((pair) => pair !== '' && !pair.startsWith('v='));
  const hash = fragment.length > 0 ? `#${fragment.join('#')}` : '';
  return `${path}?${[...kept, `v=${version}`].join('&')}${hash}`;
}
