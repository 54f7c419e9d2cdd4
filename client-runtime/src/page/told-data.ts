// Scripts that hold data (`application/json`, templates): what an edit changes of them is in the page at
// once. Whether the page's own scripts have read them already, and would again, only those know.

import type { DataChange } from '../morph/apply.ts';
import { dataType, describe } from '../morph/nodes.ts';
import { say } from '../shared/console.ts';
import { isPrevented } from '../shared/veto.ts';

/** For search engines and the like: no script of the page is behind the times. */
const unread = 'application/ld+json';

/** Tell the page of each script whose data an edit changed; one line says which nobody took. */
export async function tellData(changes: readonly DataChange[]): Promise<void> {
  for (const { element, before, text } of changes) {
    const type = dataType(element);
    const detail = { element, type, before, text };
    const isTaken = await isPrevented('hotreload:data', 'hotreload:data', detail);
    if (isTaken || before === null || type === unread) continue;
    say.info(
      `${describe(element)} ${text === null ? 'is gone' : 'has new data'}. Scripts that have read it ` +
        'show what it held: a listener of hotreload:data can change that, and a reload does',
    );
  }
}
