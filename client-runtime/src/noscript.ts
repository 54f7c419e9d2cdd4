// To a page that runs scripts, what is in `<noscript>` is text. To DOMParser, which runs none, it is elements,
// and in the head it moves what follows into the body.

const attributes = String.raw`(?=[\s/>])(?:[^>=]|=\s*(?:"[^"]*"|'[^']*'|(?!["'\s])))*`;
const raw = 'script|style|textarea|title|xmp|iframe|noembed|noframes';
const token = new RegExp(
  [
    String.raw`<!--(?:-?>|.*?(?:--!?>|$))`,
    String.raw`<(?<raw>${raw})${attributes}>.*?(?:<\/\k<raw>(?=[\s/>])|$)`,
    String.raw`<noscript(?<attributes>${attributes})>(?<text>.*?)(?:<\/noscript(?=[\s/>])[^>]*>|$)`,
    String.raw`<\/(?<end>head)[^>]*>`,
    String.raw`<\/?[a-z][^\s/>]*${attributes}>`,
  ].join('|'),
  'gis',
);
const mark = 'data-hotreload-noscript';

/**
 * A page's text with each `<noscript>` stood for by an element that any parser puts where one with scripting
 * puts that: `<noframes>` in the head, `<noembed>` after it.
 */
export function hideNoscript(html: string): string {
  if (!/<noscript/i.test(html)) return html;
  let name = 'noframes';
  return html.replace(token, (whole, ...rest) => {
    const found = rest.at(-1) as Record<string, string | undefined>;
    if (found['end']) name = 'noembed';
    if (found['text'] === undefined) return whole;
    const text = found['text'].replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    return `<${name} ${mark}="${text}"${found['attributes']?.replace(/\/$/, '')}></${name}>`;
  });
}

/** Put back what `hideNoscript` took out of a document's text, as a page has it that runs scripts. */
export function showNoscript(root: Document | DocumentFragment): void {
  for (const element of root.querySelectorAll(`[${mark}]`)) {
    const noscript = element.ownerDocument.createElement('noscript');
    for (const attribute of [...element.attributes]) {
      if (attribute.name === mark) noscript.textContent = attribute.value;
      else noscript.setAttributeNode(element.removeAttributeNode(attribute));
    }
    element.replaceWith(noscript);
  }
  for (const template of root.querySelectorAll('template')) showNoscript(template.content);
}
