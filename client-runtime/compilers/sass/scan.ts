// What a stylesheet seems to load, without reading it as Sass does. What is missed is found when it is
// compiled, and what is found in vain costs a look: so nearly all files are there at once.

const RULE = /@(?:use|forward|import)\s+([^;{}\n]*)/g;
const QUOTED = /"([^"\n]*)"|'([^'\n]*)'/g;

export function* loadedBy(text: string): Generator<{ address: string; fromImport: boolean }> {
  for (const [rule, rest = ''] of text.matchAll(RULE)) {
    const fromImport = rule.startsWith('@import');
    const quoted = [...rest.matchAll(QUOTED)].map((match) => match[1] ?? match[2] ?? '');
    // The indented syntax lets `@import` do without quotes.
    const bare = fromImport && quoted.length === 0 ? rest.split(',') : [];
    // With `@use`, what follows the first is configuration.
    for (const address of fromImport ? [...quoted, ...bare] : quoted.slice(0, 1)) {
      if (address.trim()) yield { address: address.trim(), fromImport };
    }
  }
}
