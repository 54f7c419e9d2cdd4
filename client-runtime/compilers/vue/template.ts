// A component's template as a render function.
import { type BindingMetadata, compileTemplate, type SFCDescriptor } from '@vue/compiler-sfc';
import type { PartMap } from '../places.ts';
import { ofMarkup } from './mistakes.ts';
import { MistakeError } from './request.ts';

export interface Rendered {
  readonly code: string;
  readonly map: PartMap | undefined;
  readonly tips: readonly string[];
}

/**
 * Args:
 *   source: its text, where that is in a file of its own.
 */
export function renderFunction(
  descriptor: SFCDescriptor,
  id: string,
  bindings: BindingMetadata | undefined,
  typescript: boolean,
  source: { readonly url: string; readonly text: string } | undefined,
): Rendered {
  const { template } = descriptor;
  if (!template) return { code: '', map: undefined, tips: [] };
  const { line, column } = template.loc.start;
  if (template.lang && template.lang !== 'html') {
    throw new MistakeError({
      message: `lang="${template.lang}" is not supported for templates: write HTML`,
      line,
      column,
    });
  }
  const { code, map, errors, tips } = compileTemplate({
    source: source?.text ?? template.content,
    ...(source || !template.ast ? {} : { ast: template.ast, inMap: template.map }),
    filename: source?.url ?? descriptor.filename,
    id,
    scoped: descriptor.styles.some(({ scoped }) => scoped),
    slotted: descriptor.slotted,
    isProd: false,
    compilerOptions: {
      ...(bindings ? { bindingMetadata: bindings } : {}),
      ...(typescript ? { expressionPlugins: ['typescript'] } : {}),
      sourceMap: true,
    },
  });
  const [error] = errors;
  if (error !== undefined) {
    const mistake = ofMarkup(error, source ? { line: 1, column: 1 } : { line, column });
    throw new MistakeError(source ? { ...mistake, file: source.url } : mistake);
  }
  return {
    code: code.replace(/^export (function|const) render\b/m, '$1 _sfc_render'),
    map: source ? undefined : (map as PartMap | undefined),
    tips,
  };
}
