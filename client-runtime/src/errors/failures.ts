// Scripts of the page that never came to run: nothing of theirs can be updated, so the page reloads as
// soon as one of its modules changes.

import { pathOf } from '../shared/address.ts';
import { moduleOf } from './stack.ts';

export type OnFailure = (path: string, message: string) => void;

/** Call `onFailure` for each module script that can't be fetched, parsed or linked. */
export function watchFailures(onFailure: OnFailure): void {
  addEventListener(
    'error',
    (event) => {
      if (event.target instanceof HTMLScriptElement && event.target.type === 'module') {
        const path = pathOf(event.target.src);
        if (path !== null)
          onFailure(path, 'the script or something it imports could not be loaded');
      } else if (event instanceof ErrorEvent && isLoadError(event)) {
        const path = moduleOf(event.filename || location.href);
        if (path !== null) onFailure(path, event.message);
      }
    },
    true,
  );
}

/** A frame of a stack trace, as V8 or the others write it: what threw this was running. */
const frame = /\n\s+at |@/;

function isLoadError(event: ErrorEvent): boolean {
  if (event.error instanceof SyntaxError) return !frame.test(event.error.stack ?? '');
  return event.error instanceof TypeError && /module specifier/.test(event.message);
}
