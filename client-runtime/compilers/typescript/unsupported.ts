// What sucrase passes over in silence: it would leave broken code, or none.
import { TokenType } from 'sucrase/dist/esm/parser/tokenizer/types.js';
import type { Found, Token } from './tokens.ts';

// Seldom true, so that code is seldom parsed twice.
const SUSPICIOUS = /@|\b(?:namespace|module)\b|\bexport\s*=|\bimport\b[^'"();]*=\s*require\b/;
const VALUES = new Set(['const', 'let', 'var', 'function', 'class', 'enum', 'abstract', 'async']);

/** Whether there may be something in the code that can't be transformed. */
export function isSuspicious(code: string): boolean {
  return SUSPICIOUS.test(code);
}

/** The first thing in the code that can't be transformed. */
export function findUnsupported(code: string, parsed: readonly Token[]): Found | undefined {
  const tokens = parsed.map(({ type, start, end, isType }) => {
    return { type, start, isType, text: code.slice(start, end) };
  });
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index];
    const before = tokens[index - 1];
    const after = tokens[index + 1];
    if (!token || !after) continue;
    if (token.type === TokenType.at) {
      return {
        message: 'decorators are not supported: neither browsers nor the transformer have them',
        position: token.start,
      };
    }
    if (token.text === 'export' && after.text === '=') {
      return {
        message: '"export =" is CommonJS: write "export default", or export names',
        position: token.start,
      };
    }
    if (token.text === 'require' && before?.text === '=' && tokens[index - 3]?.text === 'import') {
      return {
        message: '"import … = require(…)" is CommonJS: write "import … from"',
        position: tokens[index - 3]?.start ?? token.start,
      };
    }
    if (token.isType && opensNamespace(token.text, after)) {
      const ambient = before?.text === 'declare';
      const value = ambient ? endOfBlock(index) : valueInBlock(index);
      if (value === undefined) continue;
      if (ambient) {
        index = value;
        continue;
      }
      return {
        message:
          'a namespace with values in it is not supported: make it a module of its own ' +
          '(import * as name from …), or an object',
        position: token.start,
      };
    }
  }
  return undefined;

  function opensNamespace(text: string, after: { type: number; text: string }): boolean {
    if (text !== 'namespace' && text !== 'module') return false;
    return after.type === TokenType.string || /^[\p{ID_Start}$_]/u.test(after.text);
  }

  /** The index of the brace that ends the next block. */
  function endOfBlock(start: number): number {
    let depth = 0;
    for (let index = start; index < tokens.length; index++) {
      if (tokens[index]?.type === TokenType.braceL) depth++;
      if (tokens[index]?.type === TokenType.braceR && --depth === 0) return index;
    }
    return tokens.length;
  }

  /** The index of the first declaration of a value in the next block; undefined if it has types only. */
  function valueInBlock(start: number): number | undefined {
    let depth = 0;
    for (let index = start; index < tokens.length; index++) {
      const token = tokens[index];
      if (token?.type === TokenType.braceL) depth++;
      if (token?.type === TokenType.braceR && --depth === 0) return undefined;
      if (depth !== 1 || !token || !VALUES.has(token.text)) continue;
      const before = tokens[index - 1];
      const statement = before && (before.text === 'export' || /[{};]/.test(before.text));
      if (statement || startsLine(token.start)) return index;
    }
    return undefined;
  }

  function startsLine(position: number): boolean {
    const line = code.slice(code.lastIndexOf('\n', position - 1) + 1, position);
    return line.trim() === '';
  }
}
