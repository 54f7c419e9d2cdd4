// The `url()`s of live stylesheets and style attributes.

import { roots } from '../shared/roots.ts';
import { declarations, setDeclaration } from './declarations.ts';

/** How long the page may go on to show the old file while a rule's new one comes, in milliseconds. */
export const patience = 1000;
/** A font that is long in coming: the text stays in the old one. */
const fontPatience = 10_000;

const url = /(url\(\s*)(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^"'()\s\\]+))(\s*\))/gi;

/** A text with each `url()` changed; those that stay are left as they are written. */
export function mapUrls(css: string, change: (address: string) => string): string {
  return css.replace(url, (whole, open, double, single, bare, close) => {
    const address = double ?? single ?? bare;
    const changed = change(address);
    return changed === address ? whole : `${open}"${changed}"${close}`;
  });
}

/** A rule that shows files, or loads a font. */
export interface RuleUse {
  isFont: boolean;
  /** The rule's text now, in which addresses are relative to `base`. */
  text: string;
  base: string;
  /** Settles when the page shows it. */
  set(text: string): Promise<void>;
}

/** All rules with a `url()`: of links, `<style>` elements and constructed sheets, in shadow roots too. */
export function* rulesWithUrls(): Generator<RuleUse> {
  const seen = new Set<CSSStyleSheet>();
  for (const root of roots()) {
    for (const sheet of [...root.styleSheets, ...(root.adoptedStyleSheets ?? [])]) {
      if (seen.has(sheet)) continue;
      seen.add(sheet);
      yield* inSheet(sheet);
    }
  }
}

function* inSheet(sheet: CSSStyleSheet): Generator<RuleUse> {
  let rules: CSSRuleList;
  try {
    rules = sheet.cssRules;
  } catch {
    // Another origin's.
    return;
  }
  yield* inRules(rules, sheet.href ?? document.baseURI);
}

function* inRules(rules: CSSRuleList, base: string): Generator<RuleUse> {
  for (const rule of [...rules]) {
    if (rule instanceof CSSImportRule) {
      if (rule.styleSheet) yield* inSheet(rule.styleSheet);
      continue;
    }
    const { style, cssRules } = rule as CSSRule & {
      style?: CSSStyleDeclaration;
      cssRules?: CSSRuleList;
    };
    if (rule instanceof CSSFontFaceRule) yield font(rule, base);
    else if (style?.cssText.includes('url(')) yield declared(style, base);
    if (cssRules) yield* inRules(cssRules, base);
  }
}

function declared(style: CSSStyleDeclaration, base: string): RuleUse {
  const set = async (text: string) => {
    // One by one: the text of all may say less than they do.
    const before = declarations(style.cssText);
    for (const [name, value] of declarations(text)) {
      if (before.get(name) !== value) setDeclaration(style, name, value);
    }
  };
  return { isFont: false, text: style.cssText, base, set };
}

/**
 * A font's rule takes effect as a whole only. The new one stands before the old one, which wins over
 * it, until its font has come: else text would be shown in another font meanwhile.
 */
function font(rule: CSSFontFaceRule, base: string): RuleUse {
  const set = async (text: string) => {
    const owner = (rule.parentRule ?? rule.parentStyleSheet) as CSSGroupingRule | null;
    if (!owner) return;
    const before = new Set(document.fonts);
    owner.insertRule(text, [...owner.cssRules].indexOf(rule));
    const fresh = [...document.fonts].filter((face) => !before.has(face));
    const late = new Promise((resolve) => setTimeout(resolve, fontPatience));
    await Promise.race([Promise.allSettled(fresh.map((face) => face.load())), late]);
    const index = [...owner.cssRules].indexOf(rule);
    if (index >= 0) owner.deleteRule(index);
  };
  return { isFont: true, text: rule.cssText, base, set };
}
