// A source's tokens, as sucrase's parser reads them.
import { parse } from 'sucrase/dist/esm/parser/index.js';

export interface Token {
  readonly type: number;
  readonly start: number;
  readonly end: number;
  readonly isType: boolean;
}

/** Something that is wrong with a source, and where: an index into it. */
export interface Found {
  readonly message: string;
  readonly position: number;
}

export function tokensOf(code: string, typescript: boolean, jsx: boolean): readonly Token[] {
  return parse(code, jsx, typescript, false).tokens;
}
