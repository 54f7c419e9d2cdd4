// Elements whose closing tag is another's: sucrase does not compare their names.
import { TokenType } from 'sucrase/dist/esm/parser/tokenizer/types.js';
import type { Found, Token } from './tokens.ts';

interface Open {
  readonly name: string;
  /** Its attributes are not over yet. */
  inTag: boolean;
}

/** The first closing tag that does not close what is open. */
export function findMismatch(code: string, tokens: readonly Token[]): Found | undefined {
  const open: Open[] = [];
  let closing = false;
  for (const [index, token] of tokens.entries()) {
    if (token.type === TokenType.jsxTagStart) {
      closing = tokens[index + 1]?.type === TokenType.slash;
      const name = nameAt(code, tokens, index + (closing ? 2 : 1));
      if (!closing) {
        open.push({ name, inTag: true });
        continue;
      }
      const opened = open.pop()?.name;
      if (opened !== name) {
        return { message: `expected </${opened}>, not </${name}>`, position: token.start };
      }
    } else if (token.type === TokenType.jsxTagEnd) {
      const top = open.at(-1);
      if (!closing && top?.inTag) {
        if (tokens[index - 1]?.type === TokenType.slash) open.pop();
        else top.inTag = false;
      }
      closing = false;
    }
  }
  return undefined;
}

/** What an element is called: `a.b`, `a:b`, or "" for a fragment. */
function nameAt(code: string, tokens: readonly Token[], start: number): string {
  let end = start;
  const isName = (type: number | undefined) => type === TokenType.jsxName;
  const joins = (type: number | undefined) => type === TokenType.dot || type === TokenType.colon;
  while (isName(tokens[end]?.type)) {
    if (!joins(tokens[end + 1]?.type)) {
      end++;
      break;
    }
    end += 2;
  }
  return tokens
    .slice(start, end)
    .map((token) => code.slice(token.start, token.end))
    .join('');
}
