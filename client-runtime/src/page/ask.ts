// Asking an app for what it renders now, and what its answers say.

import type { ProblemState } from '../connection/protocol.ts';

/** By this header the server knows who asks, and answers with the hash of what it rendered. */
const header = 'x-hotreload';
const patience = 10_000;
/** Characters of an error's report that are shown. */
const most = 5000;
const html = 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8';

export interface Answer {
  response: Response;
  text: string;
}

/**
 * Ask for a page, or a part of one, as it is rendered now.
 *
 * @param asked the headers by which it was asked for
 * @throws where nothing answers
 */
export async function ask(address: string, asked: Record<string, string> = {}): Promise<Answer> {
  let response = await fetchAgain(address, { accept: html, ...asked });
  if (response.status >= 500 && isHtml(response)) {
    // Frameworks tell programs in plain text what they show to people by a page full of scripts.
    const plain = await fetchAgain(address, { ...asked, accept: 'text/plain' });
    if (plain.status >= 500) response = plain;
  }
  return { response, text: await response.text() };
}

function fetchAgain(address: string, headers: Record<string, string>): Promise<Response> {
  return fetch(address, {
    cache: 'no-store',
    headers: { ...headers, [header]: 'refetch' },
    signal: AbortSignal.timeout(patience),
  });
}

/** What the server calls what it answered; null where it is not ours. */
export function hashOf(response: Response): string | null {
  return response.headers.get(header);
}

export function typeOf(response: Response): string {
  return (response.headers.get('content-type') ?? 'nothing').toLowerCase();
}

function isHtml(response: Response): boolean {
  return typeOf(response).startsWith('text/html');
}

/** What an error page says, in the words of whatever framework made it. */
export function problemOf(
  { response, text }: Answer,
  address: string,
  parse: (html: string) => Document,
): ProblemState {
  if (typeOf(response).startsWith('application/json') && response.headers.has(header)) {
    try {
      return JSON.parse(text) as ProblemState;
    } catch {
      // Not ours, then.
    }
  }
  const owner = new URL(address, location.href).pathname;
  const about = { owner, kind: 'exception', line: null, column: null };
  const title = `the app answers with ${response.status} now`;
  if (!isHtml(response)) {
    // A bare traceback ends with what went wrong, a report begins with it.
    const shown = text.startsWith('Traceback') ? text.slice(-most) : text.slice(0, most);
    return { ...about, message: title, frame: shown };
  }
  const page = parse(text);
  const lines = [...page.querySelectorAll('title, h1, h2, pre, textarea')]
    .map((element) => (element.textContent ?? '').trim())
    .filter((line) => line !== '');
  return { ...about, message: title, frame: [...new Set(lines)].join('\n').slice(0, most) };
}
