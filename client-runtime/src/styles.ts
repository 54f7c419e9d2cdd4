// Stylesheets change in place: only the rules that differ are touched, so nothing is fetched, nothing
// flashes, the cascade keeps its order and what dev tools changed elsewhere stays.

import { pathOf, withVersion } from './address.ts';
import { say } from './console.ts';
import type { StyleUpdate } from './protocol.ts';

const created = new Map<string, HTMLStyleElement>();

/** The `<style>` of a stylesheet that a module imports. Returns how to take it out again. */
export function createStyle(path: string, css: string): () => void {
  let style = created.get(path);
  if (style) {
    applyText(style.sheet, css);
  } else {
    style = document.createElement('style');
    style.setAttribute('data-hotreload', path);
    style.textContent = css;
    document.head.append(style);
    created.set(path, style);
  }
  return () => {
    created.get(path)?.remove();
    created.delete(path);
  };
}

/** The paths of every stylesheet the page uses. */
export function stylePaths(): string[] {
  return [...sheets()].map(([path]) => path);
}

export function updateStyle(update: StyleUpdate): void {
  for (const [path, sheet] of sheets()) {
    if (path !== update.path) continue;
    if (update.css === null || !applyText(sheet, update.css)) refetch(sheet, update.hash);
  }
}

/** Each stylesheet of this server, with its path; those inside `@import` too. */
function* sheets(): Generator<[string, CSSStyleSheet]> {
  for (const root of styleRoots()) {
    for (const sheet of root.styleSheets) yield* withImports(sheet);
  }
  for (const [path, style] of created) {
    if (style.sheet) yield [path, style.sheet];
  }
}

function* styleRoots(root: Document | ShadowRoot = document): Generator<Document | ShadowRoot> {
  yield root;
  for (const element of root.querySelectorAll('*')) {
    if (element.shadowRoot) yield* styleRoots(element.shadowRoot);
  }
}

function* withImports(sheet: CSSStyleSheet): Generator<[string, CSSStyleSheet]> {
  const path = sheet.href === null ? null : pathOf(sheet.href);
  if (sheet.href !== null && path === null) return;
  if (path !== null) yield [path, sheet];
  for (const rule of sheet.cssRules) {
    if (rule instanceof CSSImportRule && rule.styleSheet) yield* withImports(rule.styleSheet);
  }
}

/** Make a live sheet say what a text says. False where only fetching it anew can. */
function applyText(sheet: CSSStyleSheet | null, css: string): boolean {
  if (sheet === null) return false;
  const { imports, rest } = splitImports(css);
  if (/@namespace\b/i.test(rest) || !sameImports(sheet, imports)) return false;
  const wanted = new CSSStyleSheet({ baseURL: sheet.href ?? document.baseURI });
  wanted.replaceSync(rest);
  const next = [...wanted.cssRules].map((rule) => rule.cssText);
  const first = [...sheet.cssRules].findLastIndex((rule) => rule instanceof CSSImportRule) + 1;
  const now = [...sheet.cssRules].slice(first).map((rule) => rule.cssText);
  let start = 0;
  while (start < now.length && start < next.length && now[start] === next[start]) start++;
  let end = 0;
  const most = Math.min(now.length, next.length) - start;
  while (end < most && now[now.length - 1 - end] === next[next.length - 1 - end]) end++;
  for (let i = now.length - end - 1; i >= start; i--) sheet.deleteRule(first + i);
  try {
    for (let i = start; i < next.length - end; i++) sheet.insertRule(next[i] ?? '', first + i);
  } catch (error) {
    say.debug('a rule can only be set by fetching its stylesheet', error);
    return false;
  }
  return true;
}

function sameImports(sheet: CSSStyleSheet, imports: readonly string[]): boolean {
  const now: string[] = [];
  for (const rule of sheet.cssRules) if (rule instanceof CSSImportRule) now.push(rule.cssText);
  if (now.length !== imports.length) return false;
  return imports.every((text, i) => importedAddress(text) === importedAddress(now[i] ?? ''));
}

/** An `@import` rule in one spelling: its address without our version, then its conditions. */
function importedAddress(rule: string): string {
  const match = /@import\s+(?:url\()?\s*["']?([^"')\s;]+)["']?\s*\)?\s*([^;]*)/i.exec(rule);
  if (!match) return rule;
  return `${(match[1] ?? '').replace(/[?&]v=[^&#]*/, '')} ${(match[2] ?? '').replace(/\s+/g, ' ').trim()}`;
}

const beforeRules = /^(?:\s+|\/\*[\s\S]*?\*\/|@charset\s[^;]*;|@layer\s[^;{]*;)/i;
const importRule = /^@import\s+(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|url\([^)]*\)|[^;"'])*;/i;

/** A stylesheet's `@import` rules, which a constructed sheet can't have, and the rest of its text. */
function splitImports(css: string): { imports: string[]; rest: string } {
  const imports: string[] = [];
  let head = '';
  let rest = css;
  for (;;) {
    const found = importRule.exec(rest);
    const skipped = found ? null : beforeRules.exec(rest);
    const length = (found ?? skipped)?.[0].length;
    if (!length) return { imports, rest: head + rest };
    if (found) imports.push(found[0]);
    else head += rest.slice(0, length);
    rest = rest.slice(length);
  }
}

/** Put a copy of the link after it, and take the old one out once the copy is there. */
function refetch(sheet: CSSStyleSheet, version: string): void {
  let top = sheet;
  while (top.parentStyleSheet) top = top.parentStyleSheet;
  const link = top.ownerNode;
  if (link instanceof HTMLLinkElement) {
    const copy = link.cloneNode() as HTMLLinkElement;
    copy.href = withVersion(link.href, version);
    copy.removeAttribute('integrity');
    const swap = () => link.remove();
    copy.addEventListener('load', swap, { once: true });
    copy.addEventListener('error', swap, { once: true });
    link.after(copy);
  } else if (link instanceof HTMLStyleElement && top !== sheet && sheet.href) {
    link.textContent = (link.textContent ?? '').replaceAll(
      new URL(sheet.href).pathname,
      withVersion(new URL(sheet.href).pathname, version),
    );
  }
}
