// Stylesheets change in place: only the rules that differ are touched, so nothing is fetched, nothing
// flashes, the cascade keeps its order and what dev tools changed elsewhere stays.

import { pathOf, urlOf, withVersion } from './address.ts';
import { say } from './console.ts';
import { mapUrls } from './css-urls.ts';
import type { StyleUpdate } from './protocol.ts';
import { deepQuery, roots } from './roots.ts';
import { noteRules } from './rules.ts';
import { applyText } from './sheet-text.ts';
import { replaceText, setSource } from './style-element.ts';

const created = new Map<string, HTMLStyleElement>();

/** The `<style>` of a stylesheet that a module imports. Returns how to take it out again. */
export function createStyle(path: string, css: string): () => void {
  let style = created.get(path);
  const text = absoluteUrls(css, urlOf(path));
  if (style) {
    setSource(style, text);
  } else {
    style = document.createElement('style');
    style.setAttribute('data-hotreload', path);
    style.textContent = text;
    document.head.append(style);
    created.set(path, style);
  }
  return () => {
    created.get(path)?.remove();
    created.delete(path);
  };
}

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
  return [...[...sheets()].map(([path]) => path), ...created.keys()];
}

/** Make the page say what a stylesheet says now; returns whether the page has it. */
export async function updateStyle({ path, hash, css, imported }: StyleUpdate): Promise<boolean> {
  let found = false;
  for (const [itsPath, sheet] of [...sheets()]) {
    if (itsPath !== path) continue;
    found = true;
    // What is on its way to replace the sheet may be older than this text.
    const settled = !loading.has(linkOf(sheet));
    if (!settled || css === null || !applyText(sheet, css)) refetch(sheet, hash);
  }
  if (!found) found = refetchMissing(path, hash);
  const style = created.get(path);
  if (style && css !== null) setSource(style, absoluteUrls(css, urlOf(path)));
  const isModule = imported && css !== null && (await updateModule(path, css));
  return found || style !== undefined || isModule;
}

/** The sheet of `import sheet from './a.css' with {type: 'css'}`: the same for all who import it. */
async function updateModule(path: string, css: string): Promise<boolean> {
  try {
    const module = await import(urlOf(path), { with: { type: 'css' } });
    const sheet = module.default as CSSStyleSheet;
    const text = absoluteUrls(css, urlOf(path));
    if (!applyText(sheet, text, urlOf(path))) sheet.replaceSync(text);
    return true;
  } catch (error) {
    say.debug(`${path} is no CSS module here`, error);
    return false;
  }
}

/** A link whose stylesheet was not there may get one now. */
function refetchMissing(path: string, hash: string): boolean {
  let found = false;
  for (const link of deepQuery<HTMLLinkElement>('link[rel~="stylesheet"]')) {
    const broken = !link.sheet || rulesOf(link.sheet) === null;
    if (!broken || pathOf(link.href) !== path) continue;
    const address = withVersion(link.href, hash);
    // What did not come is not asked for again by the same address.
    if (link.href === address) link.removeAttribute('href');
    link.href = address;
    found = true;
  }
  return found;
}

const absolute = /^(?:[a-z][a-z\d+.-]*:|\/\/|#|$)/i;

/** A text whose addresses lead to the same places from anywhere in the page. */
function absoluteUrls(css: string, base: string): string {
  return mapUrls(css, (address) =>
    absolute.test(address) ? address : new URL(address, base).href,
  );
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

/** A sheet's rules, or null where it could not be loaded. */
function rulesOf(sheet: CSSStyleSheet): CSSRuleList | null {
  try {
    return sheet.cssRules;
  } catch {
    return null;
  }
}

/** The copies that are not there yet: another change replaces them. */
const loading = new Map<unknown, HTMLLinkElement>();

/** The element that a stylesheet belongs to, itself or by who imports it. */
function linkOf(sheet: CSSStyleSheet): Element | ProcessingInstruction | null {
  let top = sheet;
  while (top.parentStyleSheet) top = top.parentStyleSheet;
  return top.ownerNode;
}

/** Put a copy of the link after it, and take the old one out once the copy is there. */
function refetch(sheet: CSSStyleSheet, version: string): void {
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
  } else if (link instanceof HTMLStyleElement && sheet.href) {
    const { pathname } = new URL(sheet.href);
    replaceText(link, (source) => source.replaceAll(pathname, withVersion(pathname, version)));
  }
}
