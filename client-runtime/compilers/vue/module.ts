// A component as one module: its script, its render function, its styles' imports, its hot code.
import {
  compileScript,
  invalidateTypeCache,
  type SFCDescriptor,
  type SFCScriptBlock,
} from '@vue/compiler-sfc';
import { transform } from 'sucrase';
import { takeWarnings } from '../host.ts';
import { Assembled, type PartMap } from '../places.ts';
import { hash } from './hash.ts';
import { hotCode } from './hot.ts';
import { ofScript } from './mistakes.ts';
import { type Answer, type Known, MistakeError, type ModuleRequest } from './request.ts';
import { renderFunction } from './template.ts';

const LANGUAGES = [undefined, 'js', 'ts', 'jsx', 'tsx'];

export function moduleOf(
  descriptor: SFCDescriptor,
  id: string,
  { url, known }: ModuleRequest,
): Answer {
  takeWarnings();
  const files = new Files(url, known);
  const template = descriptor.template?.src ? files.block(descriptor.template.src) : undefined;
  const needs = descriptor.script?.src ? files.wanted : [];
  if (needs.length > 0) return { needs };
  let script: SFCScriptBlock | undefined;
  try {
    script = scriptOf(descriptor, id, files);
  } catch (error) {
    if (files.wanted.length > 0) return { needs: files.wanted };
    const { line, column } = (descriptor.scriptSetup ?? descriptor.script)?.loc.start ?? first;
    throw new MistakeError(ofScript(error, { line, column }));
  }
  if (files.wanted.length > 0) return { needs: files.wanted };
  const lang = (descriptor.scriptSetup ?? descriptor.script)?.lang ?? 'js';
  const typescript = lang.startsWith('ts');
  const rendered = renderFunction(
    descriptor,
    id,
    script?.bindings,
    typescript,
    template && { url: template.url, text: template.text },
  );
  const made = new Assembled();
  made.add(script?.content ?? sourced(descriptor), script?.map as PartMap | undefined);
  const end = made.text.length;
  made.add(rendered.code, rendered.map);
  const code = typescript || lang.endsWith('x') ? plain(made, url, lang) : made.text;
  const shape = [...blockImports(descriptor, url), ...options(descriptor, id, url)];
  const parts = {
    script: hash([made.text.slice(0, end), ...shape].join('\n')),
    template: hash(rendered.code),
    places: hash(made.lines),
  };
  const exportsMore = /^\s*export\s+(?!default\b)/m.test(code);
  const rest = [...shape, hotCode(id, url, parts, exportsMore), 'export default _sfc_main;'];
  return {
    code: `${code}${rest.join('\n')}\n`,
    lines: made.lines,
    exact: made.exact,
    warnings: [...new Set([...(script?.warnings ?? []), ...rendered.tips, ...takeWarnings()])],
    used: files.used,
  };
}

const first = { line: 1, column: 1 };

function scriptOf(descriptor: SFCDescriptor, id: string, files: Files): SFCScriptBlock | undefined {
  const block = descriptor.scriptSetup ?? descriptor.script;
  if (!block || (block.src && !descriptor.scriptSetup)) return undefined;
  for (const { lang, loc } of [descriptor.script, descriptor.scriptSetup].filter((b) => !!b)) {
    if (LANGUAGES.includes(lang)) continue;
    const { line, column } = loc.start;
    const message = `lang="${lang}" is not supported for scripts: write JavaScript or TypeScript`;
    throw new MistakeError({ message, line, column });
  }
  for (const file of files.known) invalidateTypeCache(file);
  return compileScript(descriptor, {
    id,
    isProd: false,
    inlineTemplate: false,
    genDefaultAs: '_sfc_main',
    sourceMap: true,
    fs: { fileExists: (path) => files.has(path), readFile: (path) => files.read(path) },
  });
}

/** The script of a component that has none, or has it in a file of its own. */
function sourced({ script }: SFCDescriptor): string {
  if (!script?.src) return 'const _sfc_main = {};';
  const from = JSON.stringify(script.src);
  return `import _sfc_script from ${from}; export * from ${from}; const _sfc_main = { ..._sfc_script };`;
}

/** Without types and elements; every line stays where it is. */
function plain(made: Assembled, url: string, lang: string): string {
  try {
    return transform(made.text, {
      transforms: [...(lang.startsWith('ts') ? ['typescript' as const] : []), ...jsxOf(lang)],
      disableESTransforms: true,
      jsxRuntime: 'automatic',
      jsxImportSource: 'vue',
      production: true,
      filePath: url,
    }).code;
  } catch (error) {
    const { message, loc } = error as Error & { loc?: { line: number; column: number } };
    const place = made.origin({ line: (loc?.line ?? 1) - 1, column: (loc?.column ?? 1) - 1 });
    throw new MistakeError({
      message: message.replace(/^Error transforming [^:]*: /, '').replace(/\s*\(\d+:\d+\)$/, ''),
      line: (place?.line ?? 0) + 1,
      column: (place?.column ?? 0) + 1,
    });
  }
}

function jsxOf(lang: string): 'jsx'[] {
  return lang.endsWith('x') ? ['jsx'] : [];
}

/** Its styles: the URL of each is the component's, with its number. */
function blockImports({ styles }: SFCDescriptor, url: string): string[] {
  return styles.map((style, index) => {
    if (style.src && !style.scoped && !style.module) return `import ${JSON.stringify(style.src)};`;
    const from = JSON.stringify(`${url}.${index}.${style.module ? 'module.' : ''}vuecss`);
    if (!style.module) return `import ${from};`;
    // New names of its classes come to what is shown without anything being created anew.
    const name = JSON.stringify(nameOf(style.module));
    return `import _sfc_style${index} from ${from};
(import.meta.hot.data.css ??= {})[${name}] = _sfc_style${index};
import.meta.hot.accept(${from}, (next) => {
  import.meta.hot.data.css[${name}] = next.default;
  globalThis.__VUE_HMR_RUNTIME__?.rerender(_sfc_main.__hmrId, undefined);
});`;
  });
}

function nameOf(module: string | true): string {
  return module === true ? '$style' : module;
}

function options({ template, styles }: SFCDescriptor, id: string, url: string): string[] {
  const given = [
    `__hmrId: ${JSON.stringify(id)}`,
    `__file: ${JSON.stringify(url.slice(1))}`,
    ...(template ? ['render: _sfc_render'] : []),
    ...(styles.some(({ scoped }) => scoped) ? [`__scopeId: "data-v-${id}"`] : []),
    // The same object in every version: what is shown may be of the first.
    ...(styles.some(({ module }) => module) ? ['__cssModules: import.meta.hot.data.css'] : []),
  ];
  return [`Object.assign(_sfc_main, { ${given.join(', ')} });`];
}

/** The project's other files, as far as they are known. */
class Files {
  readonly wanted: string[] = [];
  readonly #used = new Set<string>();
  readonly #known: Known;
  readonly #url: string;

  constructor(url: string, known: Known) {
    this.#url = url;
    this.#known = known;
  }

  get known(): string[] {
    return Object.keys(this.#known);
  }

  get used(): string[] {
    return [...this.#used];
  }

  has(path: string): boolean {
    return this.#text(path) !== null;
  }

  read(path: string): string | undefined {
    return this.#text(path) ?? undefined;
  }

  /** The text of a block that is in a file of its own. */
  block(src: string): { url: string; text: string } {
    const path = joined(this.#url, src);
    const text = this.#text(path);
    if (text === null && this.wanted.length === 0) {
      throw new MistakeError({ message: `there is no file ${path} (src="${src}")`, ...first });
    }
    return { url: path, text: text ?? '' };
  }

  #text(path: string): string | null {
    this.#used.add(path);
    const text = this.#known[path];
    if (text === undefined && !this.wanted.includes(path)) this.wanted.push(path);
    return text ?? null;
  }
}

/** A relative address against a URL path. */
function joined(url: string, address: string): string {
  if (address.startsWith('/')) return address;
  const segments = url.split('/').slice(0, -1);
  for (const segment of address.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '.') segments.push(segment);
  }
  return segments.join('/');
}
