// The connection where no WebSocket can be opened: one answer without end comes down as server-sent
// events, frames go up in requests. To who uses it, it is a socket.

import type { SocketLike } from './connection.ts';

const lost = 1006;
/** What may be sent while the page goes away, in characters. */
const mostKept = 60_000;

export class StreamSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  private readonly address: string;
  private readonly token: string;
  private readonly refused: (why: string) => void;
  private readonly ending = new AbortController();
  private stream = '';
  private waiting: string[] = [];
  private sending = false;

  /** `address` is that of hotreload's own files; `refused` hears why the server lets no stream open. */
  constructor(address: string, token: string, refused: (why: string) => void) {
    this.address = address;
    this.token = token;
    this.refused = refused;
    void this.listen();
  }

  send(text: string): void {
    this.waiting.push(text);
    if (!this.sending) void this.flush();
  }

  close(): void {
    this.ending.abort();
  }

  private async listen(): Promise<void> {
    let code = lost;
    try {
      const response = await this.post('stream', {});
      if (!response.ok || !response.body) {
        this.refused(await response.text());
      } else {
        for await (const { event, data } of events(response.body)) {
          if (event === 'open') this.open(data);
          else if (event === 'close') code = Number(data);
          else this.onmessage?.({ data });
        }
      }
    } catch {
      // What the browser says of it is in the console already.
    }
    this.onclose?.({ code });
  }

  private open(stream: string): void {
    this.stream = stream;
    this.onopen?.();
  }

  /** One request after the other: what was said first arrives first. */
  private async flush(): Promise<void> {
    this.sending = true;
    try {
      while (this.waiting.length > 0) {
        const body = this.waiting.splice(0).join('\n');
        const headers = { 'x-hotreload-stream': this.stream };
        const response = await this.post('frames', headers, body);
        if (!response.ok) this.close();
      }
    } catch {
      this.close();
    }
    this.sending = false;
  }

  private post(name: string, headers: Record<string, string>, body?: string): Promise<Response> {
    return fetch(this.address + name, {
      method: 'POST',
      headers: { ...headers, 'x-hotreload-token': this.token },
      body: body ?? null,
      cache: 'no-store',
      keepalive: body !== undefined && body.length < mostKept,
      signal: this.ending.signal,
    });
  }
}

/** The events of a stream, as HTML (9.2.6) has them, one `data` line each. */
async function* events(
  body: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<{ event: string; data: string }> {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event = '', data] = /^(?:event:(.*)\n)?data:(.*)$/.exec(block) ?? [];
      if (data !== undefined) yield { event, data };
    }
  }
}
