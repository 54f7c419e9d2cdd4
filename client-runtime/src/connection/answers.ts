// Whether the server answers: asked before anything that would lose the page if it did not.

import { backOff } from './connection.ts';

export interface Answers {
  /** Whether the server answers now. */
  ask(): Promise<boolean>;
  /** It does not, and is waited for: for what. Null when that is over. */
  waiting(what: string | null): void;
}

/** How long to leave the page alone after the user began to go elsewhere, in milliseconds. */
const going = 3000;

let server: Answers = { ask: async () => true, waiting: () => {} };
let left = Number.NEGATIVE_INFINITY;

/** Ask this server from now on; without one it counts as there. */
export function watchServer(answers: Answers): void {
  server = answers;
  // A reload would take the place of where the user is going. Whoever stays after all has only waited.
  addEventListener('beforeunload', () => {
    left = Date.now();
  });
}

/** Settles once the server answers, at once if it does; `what` is to be done then, in words. */
export async function untilAnswered(what: string): Promise<void> {
  let told = false;
  for (let attempts = 1; !(await server.ask()); attempts++) {
    if (!told) server.waiting(what);
    told = true;
    await pause(backOff(attempts, Math.random(), document.visibilityState === 'visible'));
  }
  if (told) server.waiting(null);
}

/** Settles when the user is not just going elsewhere; never if the page is gone by then. */
export async function untilNobodyLeaves(): Promise<void> {
  for (;;) {
    const rest = left + going - Date.now();
    if (!(rest > 0)) return;
    await pause(rest);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
