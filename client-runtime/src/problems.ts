// What is wrong with the project now, as the server tells it: said once, shown while it is so.

import { say } from './console.ts';
import { options } from './options.ts';
import { showProblems } from './overlay.ts';
import type { ProblemState } from './protocol.ts';

let said = new Set<string>();

let told: readonly ProblemState[] = [];
let own: ProblemState | null = null;

/** These are wrong with the project, and nothing else is. */
export function setProblems(problems: readonly ProblemState[]): void {
  told = problems;
  show(own ? [own, ...told] : told);
}

/** This is wrong with this page only, or nothing is. */
export function setOwnProblem(problem: ProblemState | null): void {
  if (problem === own) return;
  own = problem;
  show(own ? [own, ...told] : told);
}

function show(problems: readonly ProblemState[]): void {
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
