// Errors of the page's own scripts that nobody caught: a notice first, all about them on request.

import { urlOf } from './address.ts';
import { on } from './events.ts';
import { ours } from './fetched.ts';
import { options } from './options.ts';
import { inlineMap, originalPlace } from './source-map.ts';
import { placeOf, readStack } from './stack.ts';
import { onThrown } from './thrown.ts';
import { type Entry, type Place, placeText, type StackLine } from './ui/entry.ts';
import { codeFrame } from './ui/frame.ts';
import { hideNotice, showNotice } from './ui/notices.ts';
import { showEntries } from './ui/overlay.ts';
import { isProblem } from './ui/problems.ts';
import { errorPatience, isPrevented } from './veto.ts';

const most = 20;
/** How long a source may take to come, in milliseconds. */
const patience = 3000;
/** What browsers and foreign scripts report, and nobody here can mend. */
const noise = /^ResizeObserver loop|^Script error\.?$/;
const foreign = /^[\w-]*extension:/;

interface Counted {
  entry: Entry;
  count: number;
}

const errors = new Map<string, Counted>();
let detailed = false;

type Kind = 'error' | 'rejection';

/** Hear of errors from now on. */
export function watchErrors(): void {
  addEventListener('error', (event) => {
    const { error, message, filename, lineno, colno } = event;
    const place = placeOf(filename || location.href, lineno, colno);
    unlessHandled(event, () => report('error', error ?? message, place));
  });
  addEventListener('unhandledrejection', (event) => {
    unlessHandled(event, () => report('rejection', event.reason, null));
  });
  onThrown((error) => void report('error', error, null));
  // What was wrong was so in code that goes now.
  on('hotreload:beforeUpdate', clear);
}

/** Listeners after ours may still say that they deal with it. */
function unlessHandled(event: Event, run: () => void): void {
  setTimeout(() => event.defaultPrevented || run());
}

async function report(kind: Kind, error: unknown, at: Place | null): Promise<void> {
  const message = messageOf(error);
  if (noise.test(message)) return;
  const stack = error instanceof Error ? readStack(error.stack ?? '') : [];
  const place = stack.find(isOwn)?.place ?? stack[0]?.place ?? at;
  if (place && foreign.test(place.path)) return;
  if (!options.errors) return;
  const told = { type: 'error', kind, error };
  if (await isPrevented('hotreload:error', 'hotreload:error', told, errorPatience)) return;
  const where = place ?? { path: location.pathname, line: null, column: null };
  // A file that is known to be wrong is shown as such.
  if (isProblem(where.path)) return;
  const owner = `${placeText(where)} ${message}`;
  const known = errors.get(owner);
  if (known) {
    known.count++;
    display();
  } else if (errors.size < most) {
    const shown: Counted = {
      entry: { owner, kind, place: where, message, frame: '', stack },
      count: 1,
    };
    errors.set(owner, shown);
    display();
    shown.entry = await explain(shown.entry);
    if (errors.get(owner) === shown) display();
  }
}

/** An error with its places in the sources, and the source around the first. */
async function explain({ place, stack, ...rest }: Entry): Promise<Entry> {
  const texts = new Map<string, Promise<string>>();
  const located = (of: Place) => locate(of, texts);
  const lines = await Promise.all(
    stack.map(async (line) => ({
      ...line,
      place: line.place && (await located(line.place)).place,
    })),
  );
  return { ...rest, ...(await located(place)), stack: lines };
}

async function locate(place: Place, texts: Map<string, Promise<string>>) {
  const { path, line, column } = place;
  if (!path.startsWith('/') || line === null) return { place, frame: '' };
  const text = texts.get(path) ?? sourceOf(path);
  texts.set(path, text);
  const code = await text;
  const map = inlineMap(code);
  const original = map && originalPlace(map, line, column ?? 1);
  if (!original) return { place, frame: codeFrame(code, line, column) };
  const source = new URL(original.source, urlOf(path));
  const mapped = placeOf(source.href, original.line, original.column);
  const frame = original.content && codeFrame(original.content, original.line, original.column);
  return { place: { ...mapped, column: original.column }, frame: frame || '' };
}

async function sourceOf(path: string): Promise<string> {
  const answer = await fetch(urlOf(path) + ours, { signal: AbortSignal.timeout(patience) }).catch(
    () => null,
  );
  return answer?.ok ? answer.text() : '';
}

function isOwn({ place }: StackLine): boolean {
  return place?.path.startsWith('/') === true;
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error || error instanceof DOMException)) return String(error);
  const cause = error.cause === undefined ? '' : `\ncaused by ${messageOf(error.cause)}`;
  return `${error.name}: ${error.message}${cause}`;
}

function display(): void {
  const entries = [...errors.values()];
  const last = entries.at(-1);
  if (!last) return;
  const total = entries.reduce((sum, { count }) => sum + count, 0);
  const { message, place, kind } = last.entry;
  const name = kind === 'error' ? 'Uncaught error' : 'Unhandled rejection';
  showNotice('errors', {
    title: total === 1 ? name : `${name}, the last of ${total}`,
    text: `${message} · ${placeText(place)}`,
    actions: [
      ['Details', () => detail()],
      ['Close', clear],
    ],
  });
  if (detailed) detail();
}

function detail(): void {
  detailed = true;
  showEntries(
    'errors',
    [...errors.values()].map(({ entry }) => entry),
  );
}

/** Forget the errors of files that are known to be wrong by now. */
export function forgetExplained(): void {
  const explained = [...errors].filter(([, { entry }]) => isProblem(entry.place.path));
  for (const [owner] of explained) errors.delete(owner);
  if (errors.size === 0) clear();
}

function clear(): void {
  errors.clear();
  detailed = false;
  hideNotice('errors');
  showEntries('errors', []);
}
