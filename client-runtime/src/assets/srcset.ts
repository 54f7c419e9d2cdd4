// The addresses in a `srcset`, read as browsers do.

const separators = /[\s,]*/y;
const word = /\S*/y;
// What follows an address, up to a comma; one between parentheses does not count.
const descriptors = /(?:\([^)]*\)?|[^,(])*/y;

/**
 * The text with each address replaced by what `change` makes of it.
 *
 * HTML Standard, 4.8.4.2.1 ("parse a srcset attribute"): an address ends at white space only, so that
 * it may hold commas, but for those at its end, which end its candidate.
 */
export function mapSrcset(srcset: string, change: (address: string) => string): string {
  let mapped = '';
  let position = 0;
  const take = (pattern: RegExp): string => {
    pattern.lastIndex = position;
    const taken = pattern.exec(srcset)?.[0] ?? '';
    position += taken.length;
    return taken;
  };
  while (position < srcset.length) {
    mapped += take(separators);
    const written = take(word);
    const address = written.replace(/,+$/, '');
    mapped += address && change(address);
    mapped += written.slice(address.length);
    if (address === written) mapped += take(descriptors);
  }
  return mapped;
}
