// Where in the page a part is that a script has put there, and which part of an answer that is.

import { Fingerprints } from '../morph/fingerprint.ts';
import { isBlank, isElement } from '../morph/nodes.ts';
import { Similarity } from '../morph/similar.ts';
import { isWhole } from './followed.ts';
import { parse } from './parse.ts';

type Asked = Readonly<Record<string, string>>;

/** How many elements at the top of a part are looked for. */
const mostTried = 5;

/**
 * The part of an answer that a library puts into the page, in the body of a document that holds nothing
 * else; null where there is none.
 *
 * @param within the id of the element of which only the content is meant, or ""
 */
export function sourceOfPart(html: string, asked: Asked, within = ''): Document | null {
  const whole = isWhole(html);
  const source = parse(whole ? html : `<template>${html}</template>`);
  const template = source.querySelector('template');
  const root: ParentNode = whole || !template ? source : template.content;
  const all = chosen(root, asked, whole);
  const outer = all.filter(isElement).find(({ id }) => within !== '' && id === within);
  const nodes = outer ? [...outer.childNodes] : all;
  source.head.replaceChildren();
  source.body.replaceChildren(...nodes);
  return nodes.some((node) => !isBlank(node)) ? source : null;
}

function chosen(root: ParentNode, asked: Asked, whole: boolean): Node[] {
  const streams = root.querySelectorAll<HTMLTemplateElement>('turbo-stream > template');
  if (streams.length > 0) return [...streams].flatMap(({ content }) => [...content.childNodes]);
  const frame = asked['turbo-frame'];
  if (frame !== undefined) {
    const found = root.querySelector(`turbo-frame[id=${CSS.escape(frame)}]`);
    return found ? [...found.childNodes] : [];
  }
  if (!whole) return [...root.childNodes];
  const target = asked['hx-target'];
  const selector = asked['x-up-target'] ?? (target && `#${CSS.escape(target)}`) ?? '';
  try {
    return [...root.querySelectorAll(selector)].slice(0, 1);
  } catch {
    // A library may have selectors of its own.
    return [];
  }
}

/**
 * The element of the page that a part is the content of, where the part has that element, too, and the
 * page's own source has it without the content; else null.
 *
 * @param source as from `sourceOfPart`
 * @param others nodes of the page that are none of the part's
 */
export function findOuter(source: Document, others: ReadonlySet<Node>): Element | null {
  const [top, ...more] = source.body.children;
  const live = top && more.length === 0 && top.id ? document.getElementById(top.id) : null;
  return live && others.has(live) ? live : null;
}

/**
 * The element of the page that a part's nodes are children of; null where there is nothing of it, and
 * 'somewhere' where nobody can tell.
 *
 * @param source as from `sourceOfPart`
 * @param others nodes of the page that are none of the part's
 */
export function findPart(
  source: Document,
  asked: Asked,
  others: ReadonlySet<Node>,
): Element | 'somewhere' | null {
  const frame = asked['turbo-frame'];
  if (frame !== undefined) return document.getElementById(frame);
  const prints = new Fingerprints();
  const similar = new Similarity(prints);
  const top = [...source.body.childNodes].filter((node) => !isBlank(node));
  const hinted = asked['hx-target'] ? document.getElementById(asked['hx-target']) : null;
  if (hinted && top.every((node) => holds(hinted, node, others, prints))) return hinted;
  let unsure = false;
  for (const element of top.filter(isElement).slice(0, mostTried)) {
    const alike = [...document.getElementsByTagName(element.localName)].filter(
      (live) =>
        !others.has(live) && !live.closest('[data-hotreload=""]') && isVersion(element, live),
    );
    const same = alike.filter((live) => prints.same(element, live));
    const parents = new Set((same.length > 0 ? same : alike).map((live) => live.parentElement));
    const [parent] = parents;
    if (parents.size === 1 && parent) return parent;
    unsure ||= parents.size > 1;
  }
  return unsure ? 'somewhere' : null;

  function isVersion(element: Element, live: Element): boolean {
    if (element.id !== live.id) return false;
    return prints.same(element, live) || similar.resembles(element, live);
  }
}

function holds(
  parent: Element,
  node: Node,
  others: ReadonlySet<Node>,
  prints: Fingerprints,
): boolean {
  return [...parent.childNodes].some((live) => !others.has(live) && prints.same(live, node));
}
