// HTML that scripts have asked for, as the server tells of it: what they make of it is in the page, or
// is the page.

import { base, pathOf } from '../shared/address.ts';
import { say } from '../shared/console.ts';

/** What an answer was, and how to ask for it again. */
export interface Source {
  method: string;
  /** From the origin on. */
  url: string;
  asked: Record<string, string>;
  html: string;
}

/** One answer, of which the server keeps the text under its key. */
export interface Brought {
  key: string;
  /** When it was asked for, by the clock of the page. */
  at: number;
  /** Null where the server does not know it any more. */
  read(): Promise<Source | null>;
}

/** Older ones are hardly still to be seen. */
const most = 50;
const within = 5000;
/** Who asks for an address more often than this, in milliseconds, polls: only the last answer counts. */
const often = 3000;

interface Noted extends Brought {
  name: string;
}

let brought: Noted[] = [];
/** The paths that HTML came from. */
const paths = new Set<string>();
let observer: PerformanceObserver | null = null;
let hear = () => {};

/** Take note of what scripts ask for, from now on and until now; `onBrought` is called for each. */
export function watchFollowed(onBrought: () => void): void {
  hear = onBrought;
  observer = new PerformanceObserver((list) => list.getEntries().forEach(note));
  observer.observe({ type: 'resource', buffered: true });
}

/** The answers that may still be in the page, the last ones first. */
export function followed(): readonly Brought[] {
  observer?.takeRecords().forEach(note);
  return brought.toReversed();
}

function note(entry: PerformanceEntry): void {
  const { name, startTime: at, serverTiming } = entry as PerformanceResourceTiming;
  const key = serverTiming?.find((timing) => timing.name === 'hotreload-html')?.description;
  if (!key) return;
  const path = pathOf(name);
  if (path !== null) paths.add(path);
  const isRecent = (other: Noted) => other.name === name && at - other.at < often;
  const polls = brought.some(isRecent);
  if (polls) brought = brought.filter((other) => !isRecent(other));
  let source: Source | null = null;
  const noted: Noted = {
    key,
    name,
    at,
    async read() {
      source ??= await read(key);
      return source;
    },
  };
  brought.push(noted);
  if (brought.length > most) brought.shift();
  // While the server still has it.
  if (!polls) void noted.read();
  hear();
}

/** Whether what scripts have fetched at a path was HTML. */
export function isFollowed(path: string): boolean {
  return paths.has(path);
}

async function read(key: string): Promise<Source | null> {
  try {
    const response = await fetch(`${base}@hotreload/base/${key}`, {
      signal: AbortSignal.timeout(within),
    });
    return response.ok ? ((await response.json()) as Source) : null;
  } catch (error) {
    say.debug('what a script has put into the page could not be read', error);
    return null;
  }
}

/** Whether HTML is a page of its own, and not a part of one. */
export function isWhole(html: string): boolean {
  return /^\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body)[\s>]/is.test(html);
}
