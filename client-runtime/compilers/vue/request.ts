// What is asked of the compiler, and what it answers.

/** Texts by URL path; null for what is not there. */
export type Known = Readonly<Record<string, string | null>>;

interface Asked {
  /** URL path of the component. */
  readonly url: string;
  readonly code: string;
}

export interface ModuleRequest extends Asked {
  readonly wanted: 'module';
  /** Files that the last answer wanted. */
  readonly known: Known;
}

/** What a style block says, before it is scoped. */
export interface BlockRequest extends Asked {
  readonly wanted: 'block';
  readonly index: number;
}

export interface StyleRequest extends Asked {
  readonly wanted: 'style';
  readonly index: number;
  /** Its text as CSS. */
  readonly css: string;
}

/** Lines and columns are 1-based. */
export interface Mistake {
  readonly message: string;
  readonly line: number;
  readonly column: number;
  /** URL path of the file that has to change, if it is another than the component's. */
  readonly file?: string;
}

export type Answer =
  | { readonly needs: readonly string[] }
  | {
      readonly code: string;
      readonly lines: string;
      readonly exact: string;
      readonly warnings: readonly string[];
      /** The files that it is made of, too. */
      readonly used: readonly string[];
    }
  | { readonly css: string }
  | { readonly content: string; readonly lang: string; readonly src: string; readonly line: number }
  // There is no such block.
  | Readonly<Record<string, never>>
  | Mistake;

/** Carries a mistake out of the compiler. */
export class MistakeError extends Error {
  readonly mistake: Mistake;

  constructor(mistake: Mistake) {
    super(mistake.message);
    this.mistake = mistake;
  }
}
