// Rules in the text of their stylesheet. The object model can't write down every rule that it holds: a
// shorthand with a `var()`, before one of its longhands, comes out as `padding-top: ;`, which says nothing.

/** A rule as its stylesheet says it. */
export interface Told {
  /** How the object model writes it. */
  readonly text: string;
  /** How its author wrote it, where `text` loses something and this is known. */
  readonly source: string | null;
  /** The rules in it, if it is a group that `text` loses something of. */
  readonly inside: readonly Told[] | null;
}

const lost = /[\s{;][\w-]+:\s*(?:!\s*important\s*)?;/;

/** Whether a rule's own text may say less than the rule. */
export function isLossy(text: string): boolean {
  return lost.test(text);
}

/** What makes a rule another: its text, and its source where the text says too little. */
export function identity({ text, source }: Told): string {
  return source === null ? text : `${text}\0${source}`;
}

/**
 * What rules say.
 *
 * @param css what they were made of, or null where nobody knows that
 */
export function tell(rules: Iterable<CSSRule>, css: string | null): Told[] {
  const list = [...rules];
  const texts = list.map((rule) => rule.cssText);
  if (!texts.some(isLossy)) return texts.map((text) => ({ text, source: null, inside: null }));
  const pieces = css === null ? null : piecesOf(css, list.length);
  return list.map((rule, i) => {
    const text = texts[i] as string;
    if (!isLossy(text)) return { text, source: null, inside: null };
    const source = pieces?.[i] ?? null;
    return { text, source, inside: insideOf(rule, source) };
  });
}

function insideOf(rule: CSSRule, source: string | null): Told[] | null {
  if (!('cssRules' in rule) || rule instanceof CSSStyleRule) return null;
  return tell((rule as CSSGroupingRule).cssRules, source === null ? null : bodyOf(source));
}

/** What is between the braces of a rule; comments before them may have braces, too. */
function bodyOf(rule: string): string {
  const open = [...rule.matchAll(token)].find(([found]) => found === '{')?.index ?? -1;
  return rule.slice(open + 1, rule.lastIndexOf('}'));
}

/** The text of each rule, or null where they can't be told apart. */
function piecesOf(css: string, count: number): string[] | null {
  const probe = new CSSStyleSheet();
  const pieces = splitRules(css).filter((piece) => {
    probe.replaceSync(piece);
    return probe.cssRules.length === 1;
  });
  return pieces.length === count ? pieces : null;
}

// Each token begins with what no other begins with, so that no text takes more than one try.
const token =
  /\/\*.*?(?:\*\/|$)|"(?:[^"\\\n]|\\.)*(?:"|$|\n)|'(?:[^'\\\n]|\\.)*(?:'|$|\n)|url\((?!\s*["'])(?:[^)\\]|\\.)*(?:\)|$)|\\.|[()[\]{};]/gis;
const statement = /^(?:\s|\/\*.*?\*\/|<!--|-->)*@/s;
const closing: Record<string, string> = { '(': ')', '[': ']', '{': '}' };

/** A text cut after each rule of its top level. Source: CSS Syntax Level 3, 5.4.1. */
export function splitRules(css: string): string[] {
  const pieces: string[] = [];
  const open: string[] = [];
  let start = 0;
  for (const { 0: found, index } of css.matchAll(token)) {
    const close = closing[found];
    if (close !== undefined) open.push(close);
    else if (found === open.at(-1)) open.pop();
    else if (found !== ';' || !statement.test(css.slice(start, index))) continue;
    if (open.length > 0 || (found !== '}' && found !== ';')) continue;
    pieces.push(css.slice(start, index + 1).trim());
    start = index + 1;
  }
  const rest = css.slice(start).trim();
  // The end of a text closes all that is open in it.
  if (rest) pieces.push(open.length > 0 ? rest + open.reverse().join('') : rest);
  return pieces;
}
