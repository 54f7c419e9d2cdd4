// What the runtime says in the page's console: little, and always with its name.

const name = '%c[hotreload]';
const style = 'color:#0a7ea4;font-weight:bold';

export const say = {
  debug: (...words: unknown[]) => console.debug(name, style, ...words),
  info: (...words: unknown[]) => console.info(name, style, ...words),
  warn: (...words: unknown[]) => console.warn(name, style, ...words),
  error: (...words: unknown[]) => console.error(name, style, ...words),
};
