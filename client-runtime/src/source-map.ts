// Source maps that stand in the code itself. Source: ECMA-426, sections 5 to 9.

export interface SourceMap {
  sources: (string | null)[];
  sourcesContent?: (string | null)[];
  sourceRoot?: string;
  mappings: string;
}

export interface Original {
  /** As the map names it; relative to the code. */
  source: string;
  content: string | null;
  /** Both from 1. */
  line: number;
  column: number;
}

const comment = /\/\/[#@] sourceMappingURL=data:application\/json[^,\n]*?(;base64)?,(\S+)/g;

/** The map at the end of a code, or null where there is none that can be read. */
export function inlineMap(code: string): SourceMap | null {
  const [, base64, data] = [...code.matchAll(comment)].at(-1) ?? [];
  if (data === undefined) return null;
  try {
    const text = base64 ? fromBase64(data) : decodeURIComponent(data);
    const map = JSON.parse(text);
    return Array.isArray(map?.sources) && typeof map.mappings === 'string' ? map : null;
  } catch {
    return null;
  }
}

function fromBase64(data: string): string {
  return new TextDecoder().decode(Uint8Array.from(atob(data), (byte) => byte.charCodeAt(0)));
}

/** What a place in the code was made of; both numbers from 1. */
export function originalPlace(map: SourceMap, line: number, column: number): Original | null {
  let found: readonly number[] | null = null;
  let [source, row, start] = [0, 0, 0];
  for (const [index, segments] of map.mappings.split(';').slice(0, line).entries()) {
    let generated = 0;
    for (const segment of segments.split(',')) {
      const [step = 0, ...rest] = decode(segment);
      generated += step;
      if (rest.length < 3) continue;
      source += rest[0] ?? 0;
      row += rest[1] ?? 0;
      start += rest[2] ?? 0;
      if (index === line - 1 && generated < column) found = [source, row, start];
    }
  }
  const [at = -1, originalRow = 0, originalStart = 0] = found ?? [];
  const name = map.sources[at];
  if (name === undefined || name === null) return null;
  return {
    source: (map.sourceRoot ?? '') + name,
    content: map.sourcesContent?.[at] ?? null,
    line: originalRow + 1,
    column: originalStart + 1,
  };
}

const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** The numbers of a base64 VLQ text. */
function decode(text: string): number[] {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of text) {
    const bits = digits.indexOf(digit);
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    numbers.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return numbers;
}
