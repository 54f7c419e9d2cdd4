// Which page is on the screen: the one that was loaded, or one that scripts have put in its place, and
// what that was made of.

import { followed, isWhole, type Source } from './followed.ts';
import type { Page } from './page.ts';

/** What a page was made of, and since when that is known. */
interface Made {
  html: string;
  hash: string;
  asked: Record<string, string>;
  at: number;
}

const mostKept = 50;
/** By this a library asks for less than a page, whatever it is answered. */
const partial = 'turbo-frame';

export class Shown {
  /** Of the page that is known to be shown. */
  address: string;
  /** By which headers it was asked for. */
  asked: Record<string, string> = {};
  private at = 0;
  private readonly page: Page;
  /** What is not shown now, by its address: a library may show it again. */
  private readonly kept = new Map<string, Made>();

  constructor(page: Page, address: string) {
    this.page = page;
    this.address = withoutHash(address);
  }

  /** The address that the user sees. */
  get here(): string {
    return withoutHash(location.href);
  }

  /** Follow what is shown now; returns whether it is known what that was made of. */
  async look(): Promise<boolean> {
    const { here } = this;
    if (here === this.address && !(await this.isReplaced())) return true;
    const made = newest(this.kept.get(here), await broughtAt(here), this.current(here));
    if (!made) return here === this.address;
    this.keep();
    this.address = here;
    this.asked = made.asked;
    this.at = made.at;
    this.page.follow(made.html, made.hash);
    return true;
  }

  /** What is shown is what it was, under an address that a script has made. */
  rename(address: string): void {
    this.keep();
    this.address = address;
  }

  /** What is shown at an address was made of this. */
  note(address: string, html: string, hash: string): void {
    this.put(address, { html, hash, asked: {}, at: performance.now() });
  }

  /** The hash of what a script has shown of an address, where that was a part; else null. */
  async hashOfPart(address: string): Promise<string | null> {
    for (const { key, read } of followed()) {
      const source = await read();
      if (source?.method === 'GET' && urlOf(source) === address) return key;
    }
    return null;
  }

  private async isReplaced(): Promise<boolean> {
    const morph = await this.page.morph();
    return typeof morph !== 'string' && morph.isReplaced;
  }

  private current(address: string): Made | undefined {
    const { html, hash } = this.page;
    if (html === null || address !== this.address) return undefined;
    return { html, hash, asked: this.asked, at: this.at };
  }

  private keep(): void {
    const made = this.current(this.address);
    if (made) this.put(this.address, made);
  }

  private put(address: string, made: Made): void {
    this.kept.delete(address);
    this.kept.set(address, made);
    const [oldest] = this.kept.keys();
    if (this.kept.size > mostKept && oldest !== undefined) this.kept.delete(oldest);
  }
}

function newest(...made: (Made | undefined)[]): Made | undefined {
  const known = made.filter((each) => each !== undefined);
  return known.reduce<Made | undefined>((a, b) => (a && a.at > b.at ? a : b), undefined);
}

/** The last page that a script has asked for at an address. */
async function broughtAt(address: string): Promise<Made | undefined> {
  for (const { key: hash, at, read } of followed()) {
    const source = await read();
    if (source?.method !== 'GET' || urlOf(source) !== address) continue;
    const { html, asked } = source;
    if (isWhole(html) && !(partial in asked)) return { html, hash, asked, at };
  }
  return undefined;
}

function urlOf({ url }: Source): string {
  return new URL(url, location.href).href;
}

function withoutHash(address: string): string {
  return address.replace(/#.*/, '');
}
