// To a page that runs scripts, what is in `<noscript>` is text. To DOMParser, which runs none, it is elements,
// and in the head it moves what follows into the body.

const attributes = String.raw`(?=[\s/>])(?:[^>=]|=\s*(?:"[^"]*(?:"|$)|'[^']*(?:'|$)|(?!["'\s])))*`;
const raw = 'script|style|textarea|title|xmp|iframe|noembed|noframes';
const token = new RegExp(
  [
    '<!--(?:-?>|.*?(?:--!?>|$))',
    // What a browser takes for a comment as well.
    String.raw`<(?:[!?]|\/(?![a-z]))[^>]*(?:>|$)`,
    String.raw`<(?<raw>${raw})${attributes}>.*?(?:<\/\k<raw>(?=[\s/>])|$)`,
    String.raw`<noscript(?<attributes>${attributes})>(?<text>.*?)(?:<\/noscript(?=[\s/>])[^>]*>|$)`,
    String.raw`<\/(?<end>head)[^>]*>`,
    String.raw`<\/?[a-z][^\s/>]*${attributes}(?:>|$)`,
  ].join('|'),
  'gis',
);
const mark = 'data-hotreload-noscript';
const place = 'data-hotreload-place';
const html = 'http://www.w3.org/1999/xhtml';

/**
 * A page's text with each `<noscript>` stood for by an element that any parser puts where one with scripting
 * puts that: `<noframes>` in the head, `<noembed>` after it.
 *
 * @param kept the places of those to be left as they are
 */
export function hideNoscript(source: string, kept: ReadonlySet<number>): string {
  if (!/<noscript/i.test(source)) return source;
  let name = 'noframes';
  let hidden = '';
  let from = 0;
  token.lastIndex = 0;
  for (let found = token.exec(source); found; found = token.exec(source)) {
    const { attributes, text, end } = found.groups as Record<string, string | undefined>;
    if (end) name = 'noembed';
    if (attributes === undefined || text === undefined) continue;
    if (kept.has(found.index)) {
      // Its text is what any other is.
      token.lastIndex = found.index + '<noscript>'.length + attributes.length;
      continue;
    }
    const value = text.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    const marked = `${mark}="${value}" ${place}=${found.index} ${attributes.replace(/\/$/, '')}`;
    hidden += `${source.slice(from, found.index)}<${name} ${marked}></${name}>`;
    from = token.lastIndex;
  }
  return hidden + source.slice(from);
}

/** The places of those for which nothing should stand: in drawings, and where frames are. */
export function misplaced(document: Document): number[] {
  const isFrames = document.body?.localName === 'frameset';
  return hiddenIn(document)
    .filter(({ namespaceURI, parentElement }) => {
      const framed = parentElement?.localName === 'frameset' || parentElement?.localName === 'html';
      return namespaceURI !== html || (isFrames && framed);
    })
    .map((element) => Number(element.getAttribute(place)));
}

function hiddenIn(root: Document | DocumentFragment): Element[] {
  const templates = [...root.querySelectorAll('template')];
  const own = [...root.querySelectorAll(`[${mark}]`)];
  return [...own, ...templates.flatMap(({ content }) => (content ? hiddenIn(content) : []))];
}

/** Put back what `hideNoscript` took out of a document's text, as a page has it that runs scripts. */
export function showNoscript(document: Document): void {
  for (const element of hiddenIn(document)) {
    const noscript = element.ownerDocument.createElement('noscript');
    for (const attribute of [...element.attributes]) {
      if (attribute.name === mark) noscript.textContent = attribute.value;
      else if (attribute.name !== place) {
        noscript.setAttributeNode(element.removeAttributeNode(attribute));
      }
    }
    element.replaceWith(noscript);
  }
}
