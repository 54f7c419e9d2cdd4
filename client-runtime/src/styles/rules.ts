// The rules of a live stylesheet: what its source changes of them is changed, and nothing else. So
// what scripts and dev tools did to other rules stays.

import { longestIncreasing } from '../morph/subsequence.ts';
import { identity, isLossy, type Told, tell } from './rule-source.ts';

/** One change of a list of rules; positions count from its start, after the steps before. */
export type Step = { kind: 'delete'; at: number } | { kind: 'insert'; at: number; rule: string };

/** What each sheet's source said last. */
const sources = new WeakMap<CSSStyleSheet, readonly Told[]>();

/** Take a sheet's rules for those of its source, unless its source is known. */
export function noteRules(sheet: CSSStyleSheet): void {
  if (!sources.has(sheet)) sources.set(sheet, tell(rulesAfterImports(sheet).rules, null));
}

/** As `noteRules`, by a sheet that says what the source says, and its text. */
export function noteSource(sheet: CSSStyleSheet, parse: () => CSSStyleSheet, css: string): void {
  if (!sources.has(sheet)) sources.set(sheet, tell(parse().cssRules, css));
}

/**
 * Make the rules after the `@import`s say what a source says.
 *
 * @param css what `source` was made of
 * @throws DOMException where a rule can't be set in a live sheet.
 */
export function setRules(sheet: CSSStyleSheet, source: CSSStyleSheet, css: string): void {
  const { first, rules } = rulesAfterImports(sheet);
  const next = tell(source.cssRules, css);
  setList(sheet, first, sources.get(sheet) ?? tell(rules, null), next);
  sources.set(sheet, next);
}

/** What holds rules: a sheet, or a rule that groups others. */
type Rules = Pick<CSSGroupingRule, 'cssRules' | 'deleteRule' | 'insertRule'>;

function setList(live: Rules, first: number, base: readonly Told[], next: readonly Told[]): void {
  const rules = [...live.cssRules].slice(first);
  const texts = identities(base, next, textsOf(rules));
  const groups = sameGroups(texts.base, texts.next);
  const places = groups.length > 0 ? placesOf(texts.base, texts.live) : [];
  for (const [old, fresh] of groups) {
    const place = places[old] ?? -1;
    const [text, now] = [texts.next[fresh] as string, texts.live[place]];
    if (now === undefined || head(now) !== head(text)) continue;
    const [before, after] = [base[old] as Told, next[fresh] as Told];
    setList(groupOf(rules[place]), 0, inside(before), inside(after));
    // From here on it is one that nobody has changed.
    texts.base[old] = texts.live[place] = text;
  }
  const written = new Map(next.map((told, i) => [texts.next[i], told.source ?? told.text]));
  for (const step of planRules(texts.base, texts.next, texts.live)) {
    if (step.kind === 'delete') live.deleteRule(first + step.at);
    else live.insertRule(written.get(step.rule) as string, first + step.at);
  }
}

interface Identities {
  base: string[];
  next: string[];
  live: string[];
}

/** What tells the rules of three lists apart; a live rule that nobody has changed is its source's. */
function identities(base: readonly Told[], next: readonly Told[], live: string[]): Identities {
  const texts = { base: base.map(({ text }) => text), next: next.map(({ text }) => text) };
  const found = { base: base.map(identity), next: next.map(identity), live };
  const untouched = partners(texts.base, live);
  const present = new Set(untouched);
  const fresh = next.some(({ source }) => source !== null) ? partners(texts.base, texts.next) : [];
  fresh.forEach((own, i) => {
    // What its source was nobody knows. Where others changed it, they are believed.
    const old = base[own];
    if (!old || old.source !== null || !isLossy(old.text) || present.has(own)) return;
    found.base[own] = found.next[i] as string;
  });
  found.live = live.map((text, i) => found.base[untouched[i] ?? -1] ?? text);
  return found;
}

/** The rules in a group. */
function inside({ text, inside: known }: Told): readonly Told[] {
  if (known) return known;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  return tell(groupOf(sheet.cssRules[0]).cssRules, null);
}

const group = /^@(?:container|layer|media|scope|starting-style|supports)\b[^{;]*\{/;

function groupOf(rule: CSSRule | undefined): CSSGroupingRule {
  return rule as CSSGroupingRule;
}

/** Groups that differ in what is in them: their places in the old and in the new source. */
function sameGroups(old: readonly string[], fresh: readonly string[]): [number, number][] {
  const kept = partners(old, fresh);
  const pairs: [number, number][] = [];
  let [fromOld, fromFresh] = [0, 0];
  for (const [i, at] of [...kept, old.length].entries()) {
    if (at < 0) continue;
    // Others are told apart by their place, so that they have no partner.
    const kinds = (texts: readonly string[], side: string) =>
      texts.map((text, k) => (group.test(text) ? head(text) : `${side} ${k}`));
    partners(kinds(old.slice(fromOld, at), 'old'), kinds(fresh.slice(fromFresh, i), 'new')).forEach(
      (own, k) => {
        if (own >= 0) pairs.push([fromOld + own, fromFresh + k]);
      },
    );
    [fromOld, fromFresh] = [at + 1, i + 1];
  }
  return pairs;
}

function rulesAfterImports(sheet: CSSStyleSheet): { first: number; rules: CSSRule[] } {
  const rules = [...sheet.cssRules];
  const first = rules.findLastIndex((rule) => rule instanceof CSSImportRule) + 1;
  return { first, rules: rules.slice(first) };
}

function textsOf(rules: Iterable<CSSRule>): string[] {
  return Array.from(rules, (rule) => rule.cssText);
}

/** The steps that make of `live` what the difference between `base` and `next` is. */
export function planRules(
  base: readonly string[],
  next: readonly string[],
  live: readonly string[],
): Step[] {
  const places = placesOf(base, live);
  const wanted = new Set(next);
  // What is already as it shall be counts as unchanged.
  const known = base.map((text, i) => {
    const now = live[places[i] ?? -1];
    return now !== undefined && wanted.has(now) ? now : text;
  });
  const kept = partners(known, next);
  const steps: Step[] = [];
  let passed = 0;
  let shift = 0;
  let cursor = 0;
  const passTo = (end: number) => {
    for (; passed < end; passed++) {
      const place = places[passed] ?? -1;
      if (place < 0) continue;
      cursor = place + shift;
      steps.push({ kind: 'delete', at: cursor });
      shift--;
    }
  };
  next.forEach((rule, i) => {
    const own = kept[i] ?? -1;
    passTo(own >= 0 ? own : (kept.slice(i).find((at) => at >= 0) ?? base.length));
    if (own < 0) {
      steps.push({ kind: 'insert', at: cursor++, rule });
      shift++;
      return;
    }
    const place = places[own] ?? -1;
    if (place >= 0) cursor = place + shift + 1;
    passed = own + 1;
  });
  passTo(base.length);
  return steps;
}

/**
 * Where each rule of the source is in the live list: by its text, else between its neighbours, by what
 * it is a rule for if there are more or fewer of them; else -1.
 */
function placesOf(base: readonly string[], live: readonly string[]): number[] {
  const places = new Array<number>(base.length).fill(-1);
  const sourceOf = partners(base, live);
  let [fromBase, fromLive] = [0, 0];
  for (const [i, at] of [...sourceOf, base.length].entries()) {
    if (at < 0) continue;
    const [old, now] = [base.slice(fromBase, at), live.slice(fromLive, i)];
    const same = old.length === now.length;
    const owns = same ? [...old.keys()] : partners(old.map(head), now.map(head));
    owns.forEach((own, k) => {
      if (own >= 0) places[fromBase + own] = fromLive + k;
    });
    if (at < base.length) places[at] = i;
    [fromBase, fromLive] = [at + 1, i + 1];
  }
  return places;
}

/** What a rule is for: its selector, or its at-rule with its conditions. */
function head(rule: string): string {
  return rule.replace(/\s*\{.*/s, '');
}

/** For each new text the place of its old one, in order; -1 where it has none. */
function partners(old: readonly string[], fresh: readonly string[]): number[] {
  const most = Math.min(old.length, fresh.length);
  let start = 0;
  while (start < most && old[start] === fresh[start]) start++;
  let end = 0;
  while (end < most - start && old[old.length - 1 - end] === fresh[fresh.length - 1 - end]) end++;
  const unused = new Map<string, number[]>();
  for (let i = old.length - end - 1; i >= start; i--) {
    const text = old[i] as string;
    unused.set(text, [...(unused.get(text) ?? []), i]);
  }
  const found = fresh.map((text, i) => {
    if (i < start) return i;
    if (i >= fresh.length - end) return i - fresh.length + old.length;
    return unused.get(text)?.pop() ?? -1;
  });
  const chosen = longestIncreasing(found);
  return found.map((at, i) => (chosen.has(i) ? at : -1));
}
