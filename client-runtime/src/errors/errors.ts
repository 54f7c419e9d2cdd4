// Errors of the page's own scripts that nobody caught: a notice first, all about them on request.

import { on } from '../shared/events.ts';
import { options } from '../shared/options.ts';
import { errorPatience, isPrevented } from '../shared/veto.ts';
import { type Entry, type Place, placeText, type StackLine } from '../ui/entry.ts';
import { hideNotice, showNotice } from '../ui/notices.ts';
import { showEntries } from '../ui/overlay.ts';
import { isProblem } from '../ui/problems.ts';
import { type Got, type Located, locate, shown } from './locate.ts';
import { placeOf, readStack } from './stack.ts';
import { onThrown } from './thrown.ts';

const most = 20;
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

/** Hear of errors from now on, in what the page `got`. */
export function watchErrors(got: Got): void {
  const report = (kind: Kind, error: unknown, at: Place | null) => tell(kind, error, at, got);
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

async function tell(kind: Kind, error: unknown, at: Place | null, got: Got): Promise<void> {
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
  const key = `${placeText(where)} ${message}`;
  const known = errors.get(key);
  if (known) {
    known.count++;
    display();
  } else if (errors.size < most) {
    const found: Entry = { key, kind, place: where, message, frame: '', stack };
    const counted: Counted = { entry: atFirst(found), count: 1 };
    errors.set(key, counted);
    display();
    counted.entry = await explain(found, got);
    if (errors.get(key) === counted) display();
  }
}

/** An error before anybody has said where in the sources it is. */
function atFirst({ place, stack, ...rest }: Entry): Entry {
  const lines = stack.map((line) => ({ ...line, place: line.place && shown(line.place) }));
  return { ...rest, place: shown(place), stack: lines };
}

/** An error with its places in the sources, and the source around the first. */
async function explain({ place, stack, ...rest }: Entry, got: Got): Promise<Entry> {
  const asked = new Map<string, Promise<Located>>();
  const located = (of: Place) => {
    const text = placeText(of);
    const answer = asked.get(text) ?? locate(of, got);
    asked.set(text, answer);
    return answer;
  };
  const lines = await Promise.all(
    stack.map(async (line) => ({
      ...line,
      place: line.place && (await located(line.place)).place,
    })),
  );
  return { ...rest, ...(await located(place)), stack: lines };
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
  for (const [key] of explained) errors.delete(key);
  if (errors.size === 0) clear();
}

function clear(): void {
  errors.clear();
  detailed = false;
  hideNotice('errors');
  showEntries('errors', []);
}
