// What scripts have read changed: they may take the new text, and then nothing has to be reloaded.

import { urlOf } from '../shared/address.ts';
import { isPrevented } from '../shared/veto.ts';
import { wasOnlyRead } from './fetched.ts';

/** In place of a hash, for a file that is there no more. */
const missing = '-';

/** Tell the page of a file that its scripts have read; returns whether it takes the new one. */
export async function handOver(path: string, hash: string): Promise<boolean> {
  if (hash === missing || !wasOnlyRead(path)) return false;
  const url = urlOf(path);
  const text = async () => (await fetch(url)).text();
  return isPrevented('hotreload:fetched', 'hotreload:fetched', { path, url, text });
}
