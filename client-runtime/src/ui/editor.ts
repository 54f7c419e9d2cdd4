// Opening a file in the user's editor: the server does it, where it was told which.

import { access } from '../connection/access.ts';
import { base } from '../shared/address.ts';
import { say } from '../shared/console.ts';
import type { Place } from './entry.ts';

export async function openInEditor({ path, line, column }: Place): Promise<void> {
  const answer = await fetch(`${base}@hotreload/open`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hotreload-token': access.token },
    body: JSON.stringify({ path, line: line ?? 1, column: column ?? 1 }),
  }).catch(() => null);
  if (answer?.ok) return;
  say.warn(`${path} could not be opened: ${answer ? await answer.text() : 'no server answers'}`);
}
