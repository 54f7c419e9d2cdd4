// Asking whether the server answers, without a line in the page's console for each time it does not.

import type { Found } from './connection.ts';

/** The probe's code; a shared worker has a console of its own. */
const code = `onconnect = ({ ports: [port] }) => {
  port.onmessage = async ({ data: [id, url] }) => {
    let found = null;
    try {
      const response = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(10000) });
      found = [response.status, await response.text()];
    } catch {}
    port.postMessage([id, found]);
  };
};`;

/** An HTTP answer, or null where there was none. */
type Raw = [status: number, text: string] | null;

export interface Answer {
  found: Found;
  /** What opens the server's socket. */
  token?: string;
  /** Why the server will not update this page. */
  refused?: string;
}

export class Probe {
  private readonly url: string;
  private port: MessagePort | null = null;
  private works = typeof SharedWorker !== 'undefined';
  private count = 0;
  private readonly asked = new Map<number, (found: Raw) => void>();

  /** `url` answers with JSON. */
  constructor(url: string) {
    this.url = url;
  }

  async ask(): Promise<Answer> {
    const port = this.open();
    if (port === null) return read(await askHere(this.url));
    const raw = await new Promise<Raw>((resolve) => {
      this.asked.set(++this.count, resolve);
      port.postMessage([this.count, this.url]);
    });
    return read(raw);
  }

  private open(): MessagePort | null {
    if (!this.works || this.port) return this.port;
    try {
      const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }));
      const worker = new SharedWorker(url, 'hotreload');
      this.port = worker.port;
      // Where a policy forbids it, which is only told later.
      worker.onerror = () => this.giveUp();
    } catch {
      this.works = false;
      return null;
    }
    this.port.onmessage = ({ data: [id, found] }) => {
      this.asked.get(id)?.(found);
      this.asked.delete(id);
    };
    return this.port;
  }

  private giveUp(): void {
    this.works = false;
    this.port = null;
    for (const answer of this.asked.values()) void askHere(this.url).then(answer);
    this.asked.clear();
  }
}

async function askHere(url: string): Promise<Raw> {
  try {
    const signal = AbortSignal.timeout(10_000);
    const response = await fetch(url, { cache: 'no-store', signal });
    return [response.status, await response.text()];
  } catch {
    return null;
  }
}

function read(raw: Raw): Answer {
  if (raw === null) return { found: 'nobody' };
  const [status, text] = raw;
  if (status === 403) return { found: 'server', refused: text };
  // A proxy says so while nobody is behind it.
  if (status >= 500) return { found: 'nobody' };
  return (status === 200 && ours(text)) || { found: 'stranger' };
}

/** What a server of ours says; null for anybody else's words. */
function ours(text: string): Answer | null {
  try {
    const { token, refused } = JSON.parse(text) as { token?: unknown; refused?: unknown };
    if (typeof refused === 'string') return { found: 'server', refused };
    return typeof token === 'string' ? { found: 'server', token } : null;
  } catch {
    return null;
  }
}
