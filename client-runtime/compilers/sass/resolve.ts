// Where `@use`, `@forward` and `@import` lead. Source of the rules: the Sass specification, "Modules"
// (resolving a `file:` URL) and "The package importer" (`pkg:` URLs).
import type { Library } from './library.ts';

const INNER = /\.(?:scss|sass|css)$/;

/** The path of the stylesheet that a path without partial's underscore or suffix means. */
export function resolvePath(library: Library, path: string, fromImport: boolean): string | null {
  const suffix = INNER.exec(path)?.[0];
  if (suffix) {
    const stem = path.slice(0, -suffix.length);
    const own = fromImport ? only(library, [`${stem}.import${suffix}`]) : null;
    return own ?? only(library, [path]);
  }
  const folder = path.replace(/\/$/, '');
  return (
    withSuffix(library, folder, fromImport) ?? withSuffix(library, `${folder}/index`, fromImport)
  );
}

/** The same for what is relative to no file: from the load paths, then from `node_modules`. */
export function resolveBare(
  library: Library,
  address: string,
  importer: string,
  loadPaths: readonly string[],
  fromImport: boolean,
): string | null {
  for (const folder of loadPaths) {
    const found = resolvePath(library, inFolder(folder, address), fromImport);
    if (found) return found;
  }
  for (const folder of packageFolders(importer)) {
    const found = resolvePath(library, `${folder}/${address}`, fromImport);
    if (found) return found;
  }
  return null;
}

/** The same for `pkg:name/path`. */
export function resolvePackage(
  library: Library,
  address: string,
  importer: string,
  fromImport: boolean,
): string | null {
  const [, name, path] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.*))?$/.exec(address) ?? [];
  if (!name) return null;
  for (const folder of packageFolders(importer)) {
    const home = `${folder}/${name}`;
    if (!library.has(home, 'package.json')) continue;
    const manifest = JSON.parse(library.read(`${home}/package.json`) ?? '{}') as Manifest;
    const exported = exportedPath(manifest.exports, path ? `./${path}` : '.');
    if (exported) return `${home}/${exported.replace(/^\.\//, '')}`;
    if (path) return resolvePath(library, `${home}/${path}`, fromImport);
    const entry = [manifest.sass, manifest.style].find((file) => file && INNER.test(file));
    return entry
      ? `${home}/${entry.replace(/^\.\//, '')}`
      : resolvePath(library, `${home}/index`, fromImport);
  }
  return null;
}

interface Manifest {
  readonly exports?: unknown;
  readonly sass?: string;
  readonly style?: string;
}

function withSuffix(library: Library, path: string, fromImport: boolean): string | null {
  const stems = fromImport ? [`${path}.import`, path] : [path];
  for (const stem of stems) {
    const found = only(library, [`${stem}.sass`, `${stem}.scss`]) ?? only(library, [`${stem}.css`]);
    if (found) return found;
  }
  return null;
}

/** The one of these files that is there, as a partial or not. */
function only(library: Library, paths: readonly string[]): string | null {
  const found = paths
    .flatMap((path) => [path.replace(/[^/]*$/, '_$&'), path])
    .filter((path) => {
      const slash = path.lastIndexOf('/');
      return library.has(path.slice(0, slash) || '/', path.slice(slash + 1));
    });
  if (found.length > 1) throw new Error(`it may mean any of ${found.join(', ')}: name one`);
  return found[0] ?? null;
}

/** The `node_modules` at and above a file, the nearest first. */
function packageFolders(importer: string): readonly string[] {
  const segments = importer.split('/').slice(0, -1);
  return segments
    .map((_, index) => segments.slice(0, segments.length - index))
    .filter((folder) => folder.at(-1) !== 'node_modules')
    .map((folder) => `${folder.join('/')}/node_modules`);
}

function inFolder(folder: string, address: string): string {
  return `${folder.replace(/\/$/, '')}/${address}`;
}

/** What `exports` has for stylesheets: under the path as written, or with a suffix. */
function exportedPath(exports: unknown, path: string): string | null {
  const hasPaths = isTable(exports) && Object.keys(exports).some((key) => key.startsWith('.'));
  const table: Record<string, unknown> = hasPaths ? exports : { '.': exports };
  const whole = path === '.' || INNER.test(path);
  for (const suffix of whole ? [''] : ['', '.scss', '.sass', '.css']) {
    const target = conditional(table[path + suffix]);
    if (target && INNER.test(target)) return target;
  }
  return null;
}

function conditional(target: unknown): string | null {
  if (typeof target === 'string') return target;
  if (!isTable(target)) return null;
  for (const [condition, inner] of Object.entries(target)) {
    if (!['sass', 'style', 'default'].includes(condition)) continue;
    const found = conditional(inner);
    if (found) return found;
  }
  return null;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
