// Runs in V8 inside the server: a global function that makes a module and a stylesheet of a component.
import '../host.ts';
import { transform } from 'sucrase';
import { compile, compileModule, VERSION } from 'svelte/compiler';
import { Assembled, type PartMap } from '../places.ts';
import { SAMPLE } from './sample.ts';

interface Request {
  /** URL path. */
  readonly url: string;
  readonly code: string;
  /** URL path of the component's stylesheet; null for a module with runes. */
  readonly style: string | null;
}

/** Lines and columns are 1-based. */
type Answer =
  | {
      readonly code: string;
      readonly css: string;
      readonly lines: string;
      readonly exact: string;
      readonly warnings: readonly { readonly message: string; readonly line: number }[];
      readonly version: string;
    }
  | { readonly message: string; readonly line: number; readonly column: number };

function call({ url, code, style }: Request): Answer {
  try {
    const { js, css, warnings } =
      style === null
        ? compileModule(untyped(url, code), { dev: true, filename: url })
        : component(url, code);
    const made = new Assembled();
    made.add(js.code, js.map as PartMap);
    return {
      code:
        style === null
          ? made.text
          : `${partly(made.text)}${css ? `import ${JSON.stringify(style)};\n` : ''}`,
      css: css?.code ?? '',
      lines: made.lines,
      exact: made.exact,
      warnings: warnings.map(({ message, start }) => ({
        message: message.split('\n')[0] ?? '',
        line: start?.line ?? 1,
      })),
      version: VERSION,
    };
  } catch (error) {
    return mistake(error);
  }
}

function component(url: string, code: string) {
  return compile(code, {
    filename: url,
    dev: true,
    hmr: true,
    css: 'external',
    generate: 'client',
    // The same for every version, or an edit of the style would be one of the elements.
    cssHash: ({ hash }) => `svelte-${hash(url)}`,
  });
}

/** What exports other names as well has importers that hold them: these run again. */
function partly(code: string): string {
  if (!/^\s*export\s+(?!default\b)/m.test(code)) return code;
  return code.replace(
    'import.meta.hot.accept((module)',
    "import.meta.hot.acceptExports('default', (module)",
  );
}

/** A module with its types taken away; every line stays where it is. */
function untyped(url: string, code: string): string {
  if (!url.endsWith('.ts')) return code;
  return transform(code, { transforms: ['typescript'], disableESTransforms: true }).code;
}

function mistake(error: unknown): Answer {
  const { message, start, loc } = error as Error & {
    start?: { line: number; column: number };
    loc?: { line: number; column: number };
  };
  const words = (message.split('\n')[0] ?? '').replace(/^Error transforming [^:]*: /, '');
  if (start) return { message: words, line: start.line, column: start.column + 1 };
  if (loc) {
    return { message: words.replace(/\s*\(\d+:\d+\)$/, ''), line: loc.line, column: loc.column };
  }
  throw error;
}

function warmUp(): void {
  call({ url: '/Sample.svelte', code: SAMPLE, style: '/Sample.svelte.sveltecss' });
}

Object.assign(globalThis, { call, warmUp });
