// The page's console, told to the server's terminal as well: for who has no developer tools open.

import type { FromPage, Level } from '../connection/protocol.ts';
import { placeText } from '../ui/entry.ts';
import { placeOf, readStack } from './stack.ts';

const levels: readonly Level[] = ['debug', 'info', 'log', 'warn', 'error'];
const longest = 4000;
/** So many lines a second are told, and how many more there were. */
const most = 50;

type Tell = (frame: FromPage) => void;

let told = 0;
let dropped = 0;

/** Tell what is said from now on. */
export function forwardConsole(tell: Tell): void {
  for (const level of levels) {
    const original = console[level];
    console[level] = (...words: unknown[]) => {
      original.apply(console, words);
      // What the runtime says is said by the server, too.
      if (String(words[0]).startsWith('%c[hotreload]')) return;
      const [place] = readStack(new Error().stack ?? '');
      forward(tell, level, textOf(words), place?.place ? placeText(place.place) : '');
    };
  }
  addEventListener('error', ({ error, message, filename, lineno, colno }) => {
    if (!filename && !error) return;
    const place = placeText(placeOf(filename || location.href, lineno, colno));
    forward(tell, 'error', `Uncaught ${error === undefined ? message : describe(error)}`, place);
  });
  addEventListener('unhandledrejection', ({ reason }) => {
    forward(tell, 'error', `Uncaught (in promise) ${describe(reason)}`, '');
  });
}

function forward(tell: Tell, level: Level, text: string, place: string): void {
  if (told === 0) setTimeout(() => again(tell), 1000);
  if (++told > most) dropped++;
  else tell({ type: 'console', level, text: text.slice(0, longest), place });
}

function again(tell: Tell): void {
  told = 0;
  if (!dropped) return;
  const text = `… and ${dropped} more within a second`;
  dropped = 0;
  tell({ type: 'console', level: 'warn', text, place: '' });
}

/** The words as one text; of the directives only styles are heeded, by leaving them out. */
export function textOf(words: readonly unknown[]): string {
  const [first, ...rest] = words;
  if (typeof first !== 'string' || !first.includes('%')) return words.map(describe).join(' ');
  const left = [...rest];
  const text = first.replace(/%[%csdifoO]/g, (directive) => {
    if (directive === '%%') return '%';
    if (left.length === 0) return directive;
    const word = left.shift();
    return directive === '%c' ? '' : describe(word);
  });
  return [text, ...left.map(describe)].join(' ');
}

function describe(word: unknown): string {
  if (typeof word === 'string') return word;
  if (word instanceof Error) return errorText(word);
  if (typeof word === 'function') return `function ${word.name}`;
  if (word instanceof Node) return word instanceof Element ? word.outerHTML : word.nodeName;
  if (typeof word !== 'object' || word === null) return String(word);
  try {
    return JSON.stringify(word, plain) ?? String(word);
  } catch {
    // Circular, or it does not want to be read.
    return Object.prototype.toString.call(word);
  }
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Map) return [...value];
  if (value instanceof Set) return [...value];
  if (value instanceof Error) return errorText(value);
  return typeof value === 'bigint' ? `${value}n` : value;
}

function errorText(error: Error): string {
  const lines = readStack(error.stack ?? '').map(
    ({ text, place }) => `    at ${text}${place ? ` (${placeText(place)})` : ''}`,
  );
  return [`${error.name}: ${error.message}`, ...lines].join('\n');
}
