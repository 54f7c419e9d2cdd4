// Declarations as they are written: CSSOM splits shorthands, and loses those that hold a `var()`.

/** The declarations of a text by name, a later one of a name for an earlier one. */
export function declarations(style: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const piece of splitDeclarations(style.replace(/\/\*.*?\*\//gs, ''))) {
    const colon = piece.indexOf(':');
    if (colon < 0) continue;
    const written = piece.slice(0, colon).trim();
    const name = written.startsWith('--') ? written : written.toLowerCase();
    // Where two are of one name, the last one's place counts.
    found.delete(name);
    found.set(name, piece.slice(colon + 1).trim());
  }
  return found;
}

/** Set one declaration by the text of its value. */
export function setDeclaration(style: CSSStyleDeclaration, name: string, text: string): void {
  const important = /\s*!\s*important$/i;
  style.setProperty(name, text.replace(important, ''), important.test(text) ? 'important' : '');
}

/** Splits at the semicolons that are in no string and in no brackets (`url(data:a;b)`). */
function splitDeclarations(style: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  let depth = 0;
  let quote = '';
  for (let i = 0; i < style.length; i++) {
    const char = style[i] as string;
    if (char === '\\') i++;
    else if (quote) quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    else if (char === ';' && depth <= 0) {
      pieces.push(style.slice(start, i));
      start = i + 1;
    }
  }
  pieces.push(style.slice(start));
  return pieces;
}
