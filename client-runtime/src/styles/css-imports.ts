// What a stylesheet begins with: its `@import` rules, which a constructed sheet can't have, and the
// `@layer` statements between them.

const string = String.raw`"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'`;
const comment = String.raw`\/\*(?:[^*]|\*(?!\/))*(?:\*\/|$)`;
const address = String.raw`url\((?!\s*["'])`;
// Each character fits one alternative only, so that no text takes more than one try.
const text = String.raw`${string}|${comment}|${address}[^)]*\)|(?!\/\*|${address})[^;"'{}]`;

const gap = new RegExp(String.raw`(?:\s|<!--|-->|${comment})*`, 'y');
const statement = new RegExp(String.raw`@(import|layer|charset)(?![\w-])(?:${text})*;`, 'iy');

/** The rules up to the last `@import`, and all text after it. Source: CSS Cascade Level 5, 2. */
export function splitImports(css: string): { prelude: string[]; rest: string } {
  const prelude: string[] = [];
  let length = 0;
  let end = 0;
  let position = 0;
  for (;;) {
    gap.lastIndex = position;
    position += gap.exec(css)?.[0].length ?? 0;
    statement.lastIndex = position;
    const [rule, name] = statement.exec(css) ?? [];
    if (rule === undefined) return { prelude: prelude.slice(0, length), rest: css.slice(end) };
    position += rule.length;
    if (name?.toLowerCase() !== 'charset') prelude.push(rule);
    if (name?.toLowerCase() === 'import') {
      length = prelude.length;
      end = position;
    }
  }
}

const importRule = /^@import\s*(?:url\(\s*)?(?:"([^"]*)"|'([^']*)'|([^"'()\s;]+))\s*\)?\s*([^;]*)/i;

/** A rule of a prelude in one spelling, however it was written; an address without our version. */
export function spelling(rule: string): string {
  const bare = rule.replace(new RegExp(`(${string})|${comment}`, 'g'), '$1');
  const [, double, single, unquoted, conditions] = importRule.exec(bare) ?? [];
  const imported = double ?? single ?? unquoted;
  const words = imported === undefined ? bare.replace(/;$/, '') : (conditions ?? '');
  const tidy = words
    .replace(/\s+/g, ' ')
    .replace(/ ?([:,()]) ?/g, '$1')
    .trim();
  return imported === undefined
    ? tidy
    : `@import ${imported.replace(/[?&]v=[^&#]*/, '')} ${tidy}`.trim();
}

const stringImport = new RegExp(String.raw`^(@import(?:\s|${comment})*)(${string})`, 'i');

/** A text with each address changed that an `@import` names as a string. */
export function mapImports(css: string, change: (address: string) => string): string {
  let [result, position] = ['', 0];
  for (const rule of splitImports(css).prelude) {
    const at = css.indexOf(rule, position);
    const changed = rule.replace(stringImport, (whole, begin: string, quoted: string) => {
      const address = unescaped(quoted.slice(1, -1));
      const next = change(address);
      return next === address ? whole : `${begin}"${next}"`;
    });
    result += css.slice(position, at) + changed;
    position = at + rule.length;
  }
  return result + css.slice(position);
}

/** What a string of a stylesheet stands for. Source: CSS Syntax Level 3, 4.3.7. */
function unescaped(text: string): string {
  return text.replace(/\\(?:([\da-f]{1,6})\s?|(\r\n|[\s\S]))/gi, (_, code?: string, other = '') =>
    code === undefined
      ? other.replace(/^[\r\n\f]+$/, '')
      : String.fromCodePoint(parseInt(code, 16)),
  );
}
