// Runs in V8 inside the server: a global function that makes JavaScript of TypeScript and JSX.
import { type Options, transform } from 'sucrase';
import { state } from 'sucrase/dist/esm/parser/traverser/base.js';
import { findMismatch } from './elements.ts';
import { type Found, tokensOf } from './tokens.ts';
import { findUnsupported, isSuspicious } from './unsupported.ts';

interface Request {
  readonly code: string;
  /** What messages and React's element info call the file. */
  readonly url: string;
  readonly typescript: boolean;
  readonly jsx: boolean;
  /** Sucrase's options, by their own names. */
  readonly options: Partial<Options>;
  /** Also tell which columns come from which, which takes as long again. */
  readonly map: boolean;
}

/** Lines and columns are 1-based. */
type Answer =
  | { readonly code: string; readonly map?: unknown }
  | { readonly message: string; readonly line: number; readonly column: number };

function compile({ code, url, typescript, jsx, options, map }: Request): Answer {
  try {
    const unsupported = isSuspicious(code)
      ? findUnsupported(code, tokensOf(code, typescript, jsx))
      : undefined;
    if (unsupported) return foundIn(code, unsupported);
    const transforms: Options['transforms'] = [];
    if (typescript) transforms.push('typescript');
    if (jsx) transforms.push('jsx');
    const result = transform(code, {
      ...options,
      transforms,
      disableESTransforms: true,
      filePath: url,
      ...(map ? { sourceMapOptions: { compiledFilename: url } } : {}),
    });
    // Sucrase passes it over in silence. It keeps what it read: to parse takes half of the time.
    const mismatch = jsx ? findMismatch(code, state.tokens) : undefined;
    return mismatch ? foundIn(code, mismatch) : { code: result.code, map: result.sourceMap };
  } catch (error) {
    return failure(error, url);
  }
}

function foundIn(code: string, { message, position }: Found): Answer {
  const before = code.slice(0, position).split('\n');
  return { message, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function failure(error: unknown, url: string): Answer {
  const { message, loc } = error as Error & { loc?: { line: number; column: number } };
  const place = /\s*\((\d+):(\d+)\)$/.exec(message);
  return {
    message: message
      .replace(`Error transforming ${url}: `, '')
      .replace(/^sucrase: /, '')
      .replace(/\s*\(\d+:\d+\)$/, ''),
    line: loc?.line ?? Number(place?.[1] ?? 1),
    column: loc?.column ?? Number(place?.[2] ?? 1),
  };
}

// Some code of every kind.
const SAMPLE = `import { a, type B } from './a';
interface C<T extends B = B> { readonly d: T; e?(f: string[]): void }
enum F { G = 1, H }
export abstract class I<T> extends J implements C<T> {
  private j: Map<string, T> = new Map();
  constructor(readonly d: T, private k = 1) { super(); }
  async *l(m?: number): AsyncGenerator<T> {
    for (const n of this.j.values()) if (m! > 2) yield n as T;
  }
}
export const o = ({ p, ...q }: { p: number }, [r] = [1]): unknown => {
  try {
    return <div class="s" {...q} onClick={() => a(p)}>{r ? <b>{p}</b> : 'no'} text <i /></div>;
  } catch (error) {
    throw new Error(\`\${F.G} of \` + error);
  } finally {
    while (!a) void /t+/g;
  }
};
`;

const sample: Request = {
  code: SAMPLE,
  url: '/sample.tsx',
  typescript: true,
  jsx: true,
  options: { jsxRuntime: 'automatic', production: true },
  map: false,
};

// Characters: more would keep a processor busy for seconds.
const MOST_WARMED_UP = 20_000;
let recent = sample;
let turn = false;

function call(request: Request): Answer {
  if (request.code.length <= MOST_WARMED_UP) recent = request;
  return compile(request);
}

/** What V8 has compiled for the sample alone, it compiles again when it meets the project's code. */
function warmUp(): void {
  turn = !turn;
  compile(turn ? sample : recent);
}

Object.assign(globalThis, { call, warmUp });
