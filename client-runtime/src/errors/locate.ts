// Where in the project's files something went wrong: the server knows what it made of them.

import type { LoadedModule } from '../modules/modules.ts';
import { base, origin } from '../shared/address.ts';
import type { Place } from '../ui/entry.ts';

/** How long the answer may take to come, in milliseconds. */
const patience = 3000;

export interface Located {
  place: Place;
  /** The source around it. */
  frame: string;
}

/** What the page got. */
export interface Got {
  module(path: string): LoadedModule | undefined;
  /** The page itself: at which path it is, which file that is, and the hash of its source. */
  page: { address: string; path: string; hash: string };
}

/** The place in the sources of one in what the page got. */
export async function locate(place: Place, got: Got): Promise<Located> {
  const here = { place: shown(place), frame: '' };
  if (!place.path.startsWith('/') || place.line === null) return here;
  const answer = await fetch(`${base}@hotreload/place?${query(place, got)}`, {
    signal: AbortSignal.timeout(patience),
  }).catch(() => null);
  const found = answer?.ok ? await answer.json().catch(() => null) : null;
  if (found === null) return here;
  const { url, line, column, frame } = found;
  return { place: { path: url, line, column }, frame };
}

/** A place that nobody has located: the first line begins with what the server put there. */
export function shown({ path, line, column }: Place): Place {
  return { path, line, column: line === 1 ? null : column };
}

function query({ path, line, column }: Place, { module, page }: Got): URLSearchParams {
  const asked = { line: `${line}`, column: `${column ?? 1}` };
  const held = module(path);
  if (held) {
    const { hash, v, url } = held;
    const from = url.startsWith('data:') ? origin : '';
    return new URLSearchParams({ path, ...asked, hash, v, origin: from });
  }
  if (path !== page.address) return new URLSearchParams({ path, ...asked });
  return new URLSearchParams({ path: page.path, ...asked, page: page.hash });
}
