// Runs in V8 inside the server: a global function that makes CSS of Sass.
import './url.ts';
import { compileString, Exception, type Importer, type Logger, type SourceSpan } from 'sass';
import { type Known, Library, type Places } from './library.ts';
import { resolveBare, resolvePackage, resolvePath } from './resolve.ts';
import { loadedBy } from './scan.ts';

/** A stylesheet to begin with, or what was wanted for it. */
type Request = Begin | { readonly known: Known };
interface Begin {
  /** URL path. */
  readonly url: string;
  /** URL paths of folders. */
  readonly loadPaths: readonly string[];
  readonly known: Known;
}

/** Lines and columns are 1-based. */
interface Note {
  readonly message: string;
  readonly url: string;
  readonly line: number;
  readonly column: number;
}

type Answer =
  | { readonly wanted: Places }
  | {
      readonly css: string;
      readonly map: unknown;
      readonly warnings: readonly Note[];
      readonly used: Places;
    }
  | Note;

// Paths are URLs of this scheme to Sass, which takes none without.
const SCHEME = 'site:';

let begun: { readonly request: Begin; readonly library: Library } | undefined;

function call(request: Request): Answer {
  if ('url' in request) begun = { request, library: new Library() };
  if (!begun) throw new Error('nothing has begun');
  begun.library.learn(request.known);
  return compile(begun.request, begun.library);
}

function compile({ url, loadPaths }: Begin, library: Library): Answer {
  lookAhead(url, loadPaths, library);
  if (library.wanted) return { wanted: library.wanted };
  const warnings: Note[] = [];
  const importer = importerOf(url, loadPaths, library);
  try {
    const { css, sourceMap } = compileString(library.read(url) ?? '', {
      url: new URL(SCHEME + url),
      syntax: url.endsWith('.sass') ? 'indented' : 'scss',
      importer,
      importers: [importer],
      charset: false,
      quietDeps: true,
      logger: loggerTo(warnings),
      sourceMap: true,
      sourceMapIncludeSources: true,
    });
    const sources = sourceMap?.sources.map(pathOf);
    return { css, map: { ...sourceMap, sources }, warnings, used: library.used };
  } catch (error) {
    if (library.wanted) return { wanted: library.wanted };
    if (error instanceof Exception) return noteOf(error.sassMessage, error.span, url);
    return noteOf(String(error), undefined, url);
  }
}

/** Find out what is loaded, at any depth, so that it is asked for together. */
function lookAhead(url: string, loadPaths: readonly string[], library: Library): void {
  const importer = (from: string) => importerOf(from, loadPaths, library);
  const queue = [url];
  for (const path of queue) {
    const text = unlessUnknown(() => library.read(path));
    for (const { address, fromImport } of text ? loadedBy(text) : []) {
      const found = unlessUnknown(() => importer(path).find(address, fromImport));
      if (found && !queue.includes(found)) queue.push(found);
    }
  }
}

function unlessUnknown<Found>(look: () => Found): Found | null {
  try {
    return look();
  } catch {
    return null; // known in the next round, or said when it is compiled
  }
}

type Finder = Importer<'sync'> & {
  find(address: string, fromImport: boolean): string | null;
};

/** Resolves for the file of a URL path, or for the one that Sass says. */
function importerOf(url: string, loadPaths: readonly string[], library: Library): Finder {
  function locate(address: string, from: string, fromImport: boolean): string | null {
    if (address.startsWith(SCHEME)) return resolvePath(library, pathOf(address), fromImport);
    if (address.startsWith('pkg:')) {
      return resolvePackage(library, address.slice('pkg:'.length), from, fromImport);
    }
    if (/^[a-z][a-z0-9+.-]*:/i.test(address) || address.startsWith('/')) return null;
    return resolveBare(library, address, from, loadPaths, fromImport);
  }
  return {
    nonCanonicalScheme: ['pkg'],
    find(address, fromImport) {
      const relative = /^[a-z][a-z0-9+.-]*:/i.test(address)
        ? null
        : resolvePath(library, joined(url, address), fromImport);
      return relative ?? locate(address, url, fromImport);
    },
    canonicalize(address, { fromImport, containingUrl }) {
      const from = containingUrl ? pathOf(String(containingUrl)) : url;
      const found = locate(address, from, fromImport);
      return found === null ? null : new URL(SCHEME + found);
    },
    load(canonical) {
      const path = pathOf(String(canonical));
      const contents = library.read(path);
      if (contents === null) return null;
      const syntax = path.endsWith('.sass') ? 'indented' : path.endsWith('.css') ? 'css' : 'scss';
      return { contents, syntax, sourceMapUrl: canonical };
    },
  };
}

function joined(base: string, address: string): string {
  if (address.startsWith('/')) return address;
  const segments = base.split('/').slice(0, -1);
  for (const segment of address.split('/')) {
    if (segment === '..') segments.length > 1 && segments.pop();
    else if (segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}

function loggerTo(warnings: Note[]): Logger {
  return {
    warn(message, { span, stack }) {
      // Of `@warn` there is no span, and its trace begins with its own place.
      const [, path, line, column] = /^(\S+) (\d+):(\d+)/.exec(stack ?? '') ?? [];
      if (span || !path) warnings.push(noteOf(message, span));
      else warnings.push({ message, url: `/${path}`, line: Number(line), column: Number(column) });
    },
    debug: (message, { span }) => warnings.push(noteOf(message, span)),
  };
}

function noteOf(message: string, span: SourceSpan | undefined, url = ''): Note {
  const { line, column } = span?.start ?? { line: 0, column: 0 };
  const place = span?.url ? pathOf(String(span.url)) : url;
  return { message, url: place, line: line + 1, column: column + 1 };
}

function pathOf(url: string): string {
  return url.startsWith(SCHEME) ? url.slice(SCHEME.length) : url;
}

// Something of each kind.
const SAMPLE = `@use "sass:math"; @use "sass:map"; @use "sass:color";
$sizes: (s: 1px, m: 2.5px) !default;
@function twice($n) { @return math.div($n * 4, 2); }
@mixin wide($at) { @media (min-width: $at) { @content; } }
%base { padding: 0 { left: 1px } }
@each $name, $size in $sizes {
  .a-#{$name} { @extend %base; width: twice($size); &:hover > b { color: color.adjust(#123, $lightness: 5%) } }
}
@for $i from 1 through 3 { .b-#{$i} { @include wide(3px) { margin: calc(1px + #{$i * 2}%) map.get($sizes, m) } } }
@if not 1 == 2 and true { .c { --d: {x}; @supports (e: f) { g: h !important } } } @else { .i { j: k } }
`;

function warmUp(): void {
  const before = begun;
  const files = { '/sample.scss': SAMPLE };
  call({ url: '/sample.scss', loadPaths: [], known: { folders: {}, files } });
  begun = before; // which may wait for what it wanted
}

Object.assign(globalThis, { call, warmUp });
