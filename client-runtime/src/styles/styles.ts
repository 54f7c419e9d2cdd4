// Stylesheets change in place: only the rules that differ are touched, so nothing is fetched, nothing
// flashes, the cascade keeps its order and what dev tools changed elsewhere stays.

import type { StyleUpdate } from '../connection/protocol.ts';
import { pathOf, urlOf, withVersion } from '../shared/address.ts';
import { say } from '../shared/console.ts';
import { deepQuery, roots } from '../shared/roots.ts';
import { absoluteUrls } from './css-absolute.ts';
import { createdPaths, updateCreated } from './module-styles.ts';
import { noteRules } from './rules.ts';
import { applyText } from './sheet-text.ts';
import { replaceText } from './style-element.ts';

/** Take note of what stylesheets say when they have come, before anybody but their source changes it. */
export function watchStyles(): void {
  // Takes a while for a large one, and so waits for a moment when nobody waits for the page.
  const soon = globalThis.requestIdleCallback ?? ((run: () => void) => setTimeout(run, 200));
  const note = () => {
    soon(() => {
      for (const [, sheet] of sheets()) noteRules(sheet);
    });
  };
  note();
  addEventListener(
    'load',
    ({ target }) => {
      if (target === document || target instanceof HTMLLinkElement) note();
    },
    true,
  );
}

/** The paths of every stylesheet the page uses. */
export function stylePaths(): string[] {
  return [...[...sheets()].map(([path]) => path), ...createdPaths()];
}

/**
 * Make the page say what a stylesheet says now; returns whether the page has it. Where it has to be
 * fetched it is asked for by a version.
 */
export async function updateStyle(
  { path, css, imported }: StyleUpdate,
  version: string,
): Promise<boolean> {
  let found = false;
  for (const [itsPath, sheet] of [...sheets()]) {
    if (itsPath !== path) continue;
    found = true;
    // What is on its way to replace the sheet may be older than this text.
    const settled = !loading.has(linkOf(sheet));
    if (!settled || css === null || !applyText(sheet, css)) refetch(sheet, version);
  }
  if (!found) found = refetchMissing(path, version);
  if (updateCreated(path, css)) found = true;
  if (css === null) return found;
  for (const url of new Set([...imported.map((module) => urlOf(module)), ...loadedAs(path)])) {
    if (await updateModule(url, css)) found = true;
  }
  return found;
}

/** The addresses that scripts computed and imported with the type `css`. */
const computed = new Set<string>();

/** Take note of an `import(…)` with the type `css`, of which sources may not say what it names. */
export function noteCssModule(address: string): void {
  computed.add(address);
}

function loadedAs(path: string): string[] {
  return [...computed].filter((address) => pathOf(address) === path);
}

/** The sheet of `import sheet from './a.css' with {type: 'css'}`: the same for all who import it. */
async function updateModule(url: string, css: string): Promise<boolean> {
  try {
    const module = await import(url, { with: { type: 'css' } });
    const sheet = module.default as CSSStyleSheet;
    const text = absoluteUrls(css, url);
    if (!applyText(sheet, text, url)) sheet.replaceSync(text);
    return true;
  } catch (error) {
    say.debug(`${url} is no CSS module here`, error);
    return false;
  }
}

/** A link or an import whose stylesheet was not there may get one now. */
function refetchMissing(path: string, version: string): boolean {
  let found = false;
  for (const { href, parentStyleSheet: parent } of [...missingImports()]) {
    if (!parent || pathOf(href, parent.href ?? document.baseURI) !== path) continue;
    refetch(parent, version, href);
    found = true;
  }
  for (const link of deepQuery<HTMLLinkElement>('link[rel~="stylesheet"]')) {
    if (came(link.sheet) || pathOf(link.href) !== path) continue;
    link.href = withVersion(link.href, version);
    found = true;
  }
  return found;
}

/** Each stylesheet of this server, with its path; those inside `@import` too. */
function* sheets(): Generator<[string, CSSStyleSheet]> {
  for (const root of roots()) {
    for (const sheet of root.styleSheets) yield* withImports(sheet);
  }
}

function* withImports(sheet: CSSStyleSheet): Generator<[string, CSSStyleSheet]> {
  const path = sheet.href === null ? null : pathOf(sheet.href);
  const rules = rulesOf(sheet);
  if (rules === null || (sheet.href !== null && path === null)) return;
  if (path !== null) yield [path, sheet];
  for (const rule of rules) {
    if (rule instanceof CSSImportRule && rule.styleSheet) yield* withImports(rule.styleSheet);
  }
}

/** The `@import`s whose stylesheet could not be loaded. */
function* missingImports(sheets?: Iterable<CSSStyleSheet>): Generator<CSSImportRule> {
  for (const sheet of sheets ?? [...roots()].flatMap((root) => [...root.styleSheets])) {
    for (const rule of rulesOf(sheet) ?? []) {
      if (!(rule instanceof CSSImportRule)) continue;
      if (rule.styleSheet && came(rule.styleSheet)) yield* missingImports([rule.styleSheet]);
      else yield rule;
    }
  }
}

/** A sheet's rules, or null where it could not be loaded. */
function rulesOf(sheet: CSSStyleSheet): CSSRuleList | null {
  try {
    return sheet.cssRules;
  } catch {
    return null;
  }
}

/** An address in a text that the text imports. */
const imported = /(@import\s*(?:url\(\s*)?["']?)([^"'()\s;]+)/gi;

/** Whether a sheet was answered, be it by an error, which makes an empty one. */
function came(sheet: CSSStyleSheet | null): boolean {
  return sheet !== null && rulesOf(sheet) !== null;
}

/** The copies that are not there yet: another change replaces them. */
const loading = new Map<unknown, HTMLLinkElement>();

/** The element that a stylesheet belongs to, itself or by who imports it. */
function linkOf(sheet: CSSStyleSheet): Element | ProcessingInstruction | null {
  let top = sheet;
  while (top.parentStyleSheet) top = top.parentStyleSheet;
  return top.ownerNode;
}

/**
 * Load a sheet anew, for itself or for what it imports by an address. A copy of its link is put after
 * it, and the old one taken out once the copy is there.
 */
function refetch(sheet: CSSStyleSheet, version: string, address: string | null = null): void {
  const link = linkOf(sheet);
  if (link instanceof HTMLLinkElement && link.relList.contains('alternate')) {
    // Whether it was chosen is known to the element only, so it has to stay.
    const { disabled } = sheet;
    const restore = () => {
      if (link.sheet) link.sheet.disabled = disabled;
    };
    if (disabled) link.addEventListener('load', restore, { once: true });
    link.href = withVersion(link.href, version);
  } else if (link instanceof HTMLLinkElement) {
    const copy = link.cloneNode() as HTMLLinkElement;
    copy.href = withVersion(link.href, version);
    copy.removeAttribute('integrity');
    // Not shown before the other goes, and then as that one was.
    copy.media = 'not all';
    const swap = () => {
      if (loading.get(link) !== copy) return;
      loading.delete(link);
      if (!came(copy.sheet)) {
        copy.remove();
        return;
      }
      if (link.hasAttribute('media')) copy.media = link.media;
      else copy.removeAttribute('media');
      if (copy.sheet) copy.sheet.disabled = link.sheet?.disabled ?? false;
      link.remove();
    };
    copy.addEventListener('load', swap, { once: true });
    copy.addEventListener('error', swap, { once: true });
    loading.get(link)?.remove();
    loading.set(link, copy);
    link.after(copy);
  } else if (link instanceof HTMLStyleElement) {
    let outermost = address;
    for (let at = sheet; at.parentStyleSheet; at = at.parentStyleSheet) outermost = at.href;
    const path = pathOf(outermost ?? '');
    replaceText(link, (source) =>
      source.replace(imported, (whole, begin, named) =>
        pathOf(named) === path ? begin + withVersion(named, version) : whole,
      ),
    );
  }
}
