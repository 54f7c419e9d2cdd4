// What Sass wants of a host's addresses: V8 by itself has none.

class PlainUrl {
  readonly href: string;

  constructor(href: string) {
    this.href = href;
  }

  toString(): string {
    return this.href;
  }
}

// Before Sass is run, which looks for it.
Object.assign(globalThis, { URL: PlainUrl, location: { href: 'site:/' } });
