// Where what is made of a component comes from: maps of its parts, put together.
import { decode, encode, type SourceMapSegment } from '@jridgewell/sourcemap-codec';

/** What the compiler says of a part; its only source is the component's file. */
export interface PartMap {
  readonly mappings: string;
}

/** Zero-based line and column. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Text that is put together of parts, with where its lines come from. */
export class Assembled {
  text = '';
  readonly #lines: SourceMapSegment[][] = [];

  /** A part begins on a line of its own; without a map it comes from nowhere. */
  add(part: string, map?: PartMap): void {
    const count = part.split('\n').length;
    const decoded = map ? decode(map.mappings) : [];
    for (let line = 0; line < count; line++) {
      const segments = (decoded[line] ?? []).filter((segment) => segment.length > 1);
      this.#lines.push(segments.map((segment) => segment.slice(0, 4) as SourceMapSegment));
    }
    this.text += `${part}\n`;
  }

  /** Where a place comes from, or the nearest before it that comes from anywhere. */
  origin({ line, column }: Place): Place | undefined {
    for (let index = Math.min(line, this.#lines.length - 1); index >= 0; index--) {
      const segments = this.#lines[index] ?? [];
      const before = segments.filter(([start]) => index < line || start <= column);
      const found = before.at(-1) ?? (index === line ? segments[0] : undefined);
      if (found) return { line: found[2] ?? 0, column: found[3] ?? 0 };
    }
    return undefined;
  }

  /** All that is known. */
  get exact(): string {
    return encode(this.#lines);
  }

  /** The first of each line: a debugger wants no more, and it is read with every save. */
  get lines(): string {
    const first = this.#lines.map((segments) => segments.slice(0, 1));
    return encode(first.map((one) => one.map(([, ...from]) => [0, ...from] as SourceMapSegment)));
  }
}
