// What is wrong with the project now, as the server tells it: said once, shown while it is so.

import type { ProblemState } from '../connection/protocol.ts';
import { say } from '../shared/console.ts';
import { options } from '../shared/options.ts';
import { type Entry, entryText } from './entry.ts';
import { showEntries } from './overlay.ts';

let said = new Set<string>();
let owners = new Set<string>();

let told: readonly ProblemState[] = [];
let own: ProblemState | null = null;
let quiet = false;

/** These are wrong with the project, and nothing else is; `hidden` where a listener shows them. */
export function setProblems(problems: readonly ProblemState[], hidden: boolean): void {
  told = problems;
  quiet = hidden;
  display(own ? [own, ...told] : told);
}

/** This is wrong with this page only, or nothing is. */
export function setOwnProblem(problem: ProblemState | null): void {
  if (problem === own) return;
  own = problem;
  display(own ? [own, ...told] : told);
}

function display(problems: readonly ProblemState[]): void {
  const entries = entriesOf(problems);
  const texts = entries.map(entryText);
  for (const text of texts) if (!said.has(text)) say.error(text);
  said = new Set(texts);
  owners = new Set(problems.map(({ owner }) => owner));
  showEntries('problems', options.overlay && !quiet ? entries : []);
}

/** Whether something is wrong with the source of a file. */
export function isProblem(path: string): boolean {
  return owners.has(path);
}

/** A file's first problem is known by the file, its second as that, and so on. */
function entriesOf(problems: readonly ProblemState[]): Entry[] {
  const counts = new Map<string, number>();
  return problems.map(({ owner, kind, message, line, column, frame }) => {
    const count = (counts.get(owner) ?? 0) + 1;
    counts.set(owner, count);
    const place = { path: owner, line, column };
    return { key: `${owner} ${count}`, kind, place, message, frame, stack: [] };
  });
}
