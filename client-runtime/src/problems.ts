// What is wrong with the project now, as the server tells it: said once, shown while it is so.

import { say } from './console.ts';
import { options } from './options.ts';
import { showProblems } from './overlay.ts';
import type { ProblemState } from './protocol.ts';

let said = new Set<string>();

/** These are wrong, and nothing else is. */
export function setProblems(problems: readonly ProblemState[]): void {
  const texts = problems.map(problemText);
  for (const text of texts) if (!said.has(text)) say.error(text);
  said = new Set(texts);
  if (options.overlay) showProblems(problems);
}

/** Where a problem is, as editors write it. */
export function placeOf({ owner, line, column }: ProblemState): string {
  return line === null ? owner : `${owner}:${line}:${column}`;
}

export function problemText(problem: ProblemState): string {
  return `${placeOf(problem)}: ${problem.message}\n${problem.frame}`.trim();
}
