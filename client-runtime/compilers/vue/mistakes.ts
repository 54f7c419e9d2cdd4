// What the compiler throws, as a mistake at its place in the file.
import type { CompilerError } from '@vue/compiler-sfc';
import { type Mistake, MistakeError } from './request.ts';

/** What it says before its own code frame, without names of its own. */
function words(message: string): string {
  return (message.split('\n\n')[0] ?? message)
    .replace(/^\[@?vue\/compiler-sfc\]\s*/, '')
    .replace(/\s*\(\d+:\d+\)$/, '')
    .trim();
}

/** The place that a code frame marks: `12 |  code`, and carets below. */
function marked(message: string): { line: number; column: number } | undefined {
  const rows = message.split('\n');
  const at = rows.findIndex((row) => /^ *\| +\^/.test(row));
  const found = /^(\d+) *\| {2}/.exec(rows[at - 1] ?? '');
  if (!found) return undefined;
  return { line: Number(found[1]), column: (rows[at] ?? '').indexOf('^') - found[0].length + 1 };
}

/** What was thrown while a script was compiled. */
export function ofScript(error: unknown, fallback: { line: number; column: number }): Mistake {
  if (error instanceof MistakeError) return error.mistake;
  const message = error instanceof Error ? error.message : String(error);
  return { message: words(message), ...(marked(message) ?? fallback) };
}

/** What is wrong with a template, or the blocks of a file. */
export function ofMarkup(
  error: CompilerError | SyntaxError | string,
  fallback: { line: number; column: number },
): Mistake {
  if (typeof error === 'string') return { message: words(error), ...fallback };
  const start = 'loc' in error ? error.loc?.start : undefined;
  const place = start ? { line: start.line, column: start.column } : fallback;
  return { message: words(error.message), ...within(place, error.message) };
}

/** Where in an expression, if that is said: it was parsed with one character before it. */
function within(expression: { line: number; column: number }, message: string) {
  const found = /\((\d+):(\d+)\)\s*$/.exec(message.split('\n\n')[0] ?? '');
  if (!found) return expression;
  const [line, column] = [Number(found[1]), Number(found[2])];
  const own = { line: expression.line + line - 1, column: column + 1 };
  return line > 1 ? own : { line: expression.line, column: expression.column + column - 1 };
}
