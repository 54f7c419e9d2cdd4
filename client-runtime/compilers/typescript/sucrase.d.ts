// What we use of sucrase's inside; it has no types there.

declare module 'sucrase/dist/esm/parser/index.js' {
  interface Token {
    readonly type: number;
    readonly start: number;
    readonly end: number;
    readonly isType: boolean;
  }
  export function parse(
    code: string,
    jsx: boolean,
    typescript: boolean,
    flow: boolean,
  ): { readonly tokens: readonly Token[] };
}

declare module 'sucrase/dist/esm/parser/tokenizer/types.js' {
  type Name =
    | 'at'
    | 'braceL'
    | 'braceR'
    | 'colon'
    | 'dot'
    | 'jsxName'
    | 'jsxTagEnd'
    | 'jsxTagStart'
    | 'slash'
    | 'string';
  export const TokenType: Readonly<Record<Name, number>>;
}

declare module 'sucrase/dist/esm/parser/traverser/base.js' {
  /** Of what was parsed last. */
  export const state: {
    readonly tokens: readonly {
      readonly type: number;
      readonly start: number;
      readonly end: number;
      readonly isType: boolean;
    }[];
  };
}
