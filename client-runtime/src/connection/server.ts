// The way to the server: by a WebSocket where one opens, by a stream where none does, and after a
// question where nobody knows whether it is there. What stands in the way is said once.

import { base, origin } from '../shared/address.ts';
import { say } from '../shared/console.ts';
import { access } from './access.ts';
import { type ConnectionHost, type Found, pace, type SocketLike } from './connection.ts';
import { Probe } from './probe.ts';
import { SUBPROTOCOL, TOKEN_PREFIX } from './protocol.ts';
import { StreamSocket } from './stream.ts';

const refusedText = `WebSockets are refused on the way to the server; updates come by HTTP instead. \
Behind nginx, add: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; \
proxy_set_header Connection "upgrade"; proxy_set_header Host $http_host;`;

const own = `${base}@hotreload/`;
// As it is when the runtime starts: pages may put another one in its place later.
const NativeWebSocket = globalThis.WebSocket;

export class Server implements Pick<ConnectionHost, 'probe' | 'connect' | 'refused'> {
  // The server can't tell by itself where the page that asks comes from; nor does every address.
  private readonly asked = new Probe(
    `${origin}${own}status?origin=${encodeURIComponent(self.origin)}`,
  );
  private readonly longestVisible = pace.longestVisible;
  private streams = false;
  private strange = false;
  private toldRefused = false;
  private unwelcome: string | undefined;

  /** Whether it answers, by HTTP. */
  async answers(): Promise<boolean> {
    return (await this.asked.ask()).found === 'server';
  }

  probe(done: (found: Found) => void): void {
    void this.asked.ask().then((answer) => {
      // Whatever answers there now may be another server altogether.
      if (answer.token !== undefined) access.token = answer.token;
      this.tellUnwelcome(answer.refused);
      if (answer.found === 'stranger' && !this.strange) {
        say.warn('another program answers at this address now: waiting for the server');
      }
      this.strange = answer.found === 'stranger';
      done(answer.refused === undefined ? answer.found : 'nobody');
    });
  }

  connect(): SocketLike {
    if (this.streams) {
      return new StreamSocket(own, access.token, (text) => this.tellRefused(text));
    }
    const address = `${origin.replace(/^http/, 'ws')}${own}ws`;
    return new NativeWebSocket(address, [SUBPROTOCOL, TOKEN_PREFIX + access.token]) as SocketLike;
  }

  refused(): void {
    if (!this.streams) this.tellRefused(refusedText);
    this.streams = !this.streams;
  }

  private tellRefused(text: string): void {
    if (!this.toldRefused) say.warn(text);
    this.toldRefused = true;
  }

  /** It is no use to ask again soon: somebody has to start the server in another way. */
  private tellUnwelcome(why: string | undefined): void {
    pace.longestVisible = why === undefined ? this.longestVisible : pace.longest;
    if (why !== undefined && why !== this.unwelcome) {
      say.error(`the server does not update this page: ${why}`);
    }
    this.unwelcome = why;
  }
}
