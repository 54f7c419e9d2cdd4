// Stack traces, as V8 and the others write them.

import { pathOf } from '../shared/address.ts';
import type { Place, StackLine } from '../ui/entry.ts';

// "at name (url:1:2)", "at url:1:2" and "name@url:1:2".
const frame =
  /^\s*(?:at (?:(.*?) \()?|(.*?)@)((?:https?|file|data|blob|[\w-]*extension):.*):(\d+):(\d+)\)?$/;

/** Where an error came through, without the runtime's own steps. */
export function readStack(stack: string): StackLine[] {
  const lines: StackLine[] = [];
  for (const line of stack.split('\n')) {
    const [, name, otherName, url, row, column] = frame.exec(line) ?? [];
    if (url === undefined) continue;
    const place = placeOf(url, Number(row), Number(column));
    if (place.path.startsWith('/@hotreload/')) continue;
    lines.push({ text: name ?? otherName ?? '', place });
  }
  return lines;
}

/** A place in a file of this server by its path, any other by its URL. */
export function placeOf(url: string, line: number, column: number): Place {
  return { path: moduleOf(url) ?? url, line, column };
}

const preamble = /__hr\(import\.meta,("(?:[^"\\]|\\.)*")/;

/**
 * The path of the module that a file name in an error means. WebKit names a `data:` module by all of
 * its text, and others do while it does not parse: there is no `sourceURL` yet.
 */
export function moduleOf(fileName: string): string | null {
  const [, encoding, code] =
    /^data:text\/javascript(;base64|;charset=utf-8)?,(.*)$/s.exec(fileName) ?? [];
  if (code === undefined) return pathOf(fileName);
  const path = preamble.exec(decoded(code, encoding === ';base64'))?.[1];
  return path === undefined ? null : JSON.parse(path);
}

function decoded(code: string, isBase64: boolean): string {
  try {
    return isBase64 ? atob(code) : decodeURIComponent(code);
  } catch {
    // Not of our making, or cut short.
    return '';
  }
}
