// What a live stylesheet says, changed rule by rule to what a text says.

import { say } from '../shared/console.ts';
import { spelling, splitImports } from './css-imports.ts';
import { noteSource, setRules } from './rules.ts';

/** Make a live sheet say what a text says. False where only fetching it anew can. */
export function applyText(sheet: CSSStyleSheet | null, css: string, base = sheet?.href): boolean {
  if (sheet === null) return false;
  const { prelude, rest } = splitImports(css);
  const first = [...sheet.cssRules].findLastIndex((rule) => rule instanceof CSSImportRule) + 1;
  const begin = [...sheet.cssRules].slice(0, first).map((rule) => spelling(rule.cssText));
  if (/@namespace\b/i.test(rest) || begin.join() !== prelude.map(spelling).join()) return false;
  try {
    setRules(sheet, parsed(rest, base), rest);
  } catch (error) {
    say.debug('a rule can only be set by fetching its stylesheet', error);
    return false;
  }
  return true;
}

/** Take note of the text that a sheet was made of, unless that is known. */
export function noteText(sheet: CSSStyleSheet, css: string): void {
  const { rest } = splitImports(css);
  noteSource(sheet, () => parsed(rest, sheet.href), rest);
}

function parsed(css: string, base: string | null | undefined): CSSStyleSheet {
  const sheet = new CSSStyleSheet({ baseURL: base ?? document.baseURI });
  sheet.replaceSync(css);
  return sheet;
}
