// Asking whether the server answers, without a line in the page's console for each time it does not.

/** The probe's code; a shared worker has a console of its own. */
const code = `onconnect = ({ ports: [port] }) => {
  port.onmessage = async ({ data: [id, url] }) => {
    let found = null;
    try {
      const response = await fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(10000) });
      if (response.ok) found = await response.json();
      else if (response.status === 403) found = { refused: await response.text() };
    } catch {}
    port.postMessage([id, found]);
  };
};`;

export class Probe {
  private readonly url: string;
  private port: MessagePort | null = null;
  private works = typeof SharedWorker !== 'undefined';
  private count = 0;
  private readonly asked = new Map<number, (found: unknown) => void>();

  /** `url` answers with JSON. */
  constructor(url: string) {
    this.url = url;
  }

  /** What the server answers, or null where it doesn't; a refusal as `{refused: why}`. */
  async ask(): Promise<unknown> {
    const port = this.open();
    if (port === null) return askHere(this.url);
    return new Promise((resolve) => {
      this.asked.set(++this.count, resolve);
      port.postMessage([this.count, this.url]);
    });
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

async function askHere(url: string): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(10_000);
    const response = await fetch(url, { cache: 'no-store', signal });
    if (response.status === 403) return { refused: await response.text() };
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
