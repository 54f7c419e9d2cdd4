// Runs in V8 inside the server: a global function that makes a module and stylesheets of a component.
import '../host.ts';
import { compileStyle, parse, type SFCDescriptor } from '@vue/compiler-sfc';
import { hash } from './hash.ts';
import { ofMarkup } from './mistakes.ts';
import { moduleOf } from './module.ts';
import {
  type Answer,
  type BlockRequest,
  MistakeError,
  type ModuleRequest,
  type StyleRequest,
} from './request.ts';
import { SAMPLE } from './sample.ts';

type Request = ModuleRequest | BlockRequest | StyleRequest;

function call(request: Request): Answer {
  try {
    const descriptor = parsed(request.url, request.code);
    if (request.wanted === 'module') return moduleOf(descriptor, scopeOf(request.url), request);
    const block = descriptor.styles[request.index];
    if (!block) return {};
    if (request.wanted === 'style') return { css: style(request, block.scoped === true) };
    const { content, lang = 'css', src = '', loc } = block;
    return { content, lang, src, line: loc.start.line };
  } catch (error) {
    if (error instanceof MistakeError) return error.mistake;
    throw error;
  }
}

/** What marks a component's elements and styles: the same for every version of it. */
function scopeOf(url: string): string {
  return hash(url).slice(0, 8);
}

function parsed(url: string, code: string): SFCDescriptor {
  const { descriptor, errors } = parse(code, { filename: url, sourceMap: true });
  const [error] = errors;
  if (error) throw new MistakeError(ofMarkup(error, { line: 1, column: 1 }));
  return descriptor;
}

function style({ url, css }: StyleRequest, scoped: boolean): string {
  const id = `data-v-${scopeOf(url)}`;
  const { code, errors } = compileStyle({ source: css, filename: url, id, scoped, isProd: false });
  const [error] = errors as (Error & { reason?: string; line?: number; column?: number })[];
  if (error) {
    const { line = 1, column = 1 } = error;
    throw new MistakeError({ message: error.reason ?? error.message, line, column });
  }
  return code;
}

function warmUp(): void {
  call({ wanted: 'module', url: '/Sample.vue', code: SAMPLE, known: {} });
}

Object.assign(globalThis, { call, warmUp });
