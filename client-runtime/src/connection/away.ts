// For how long a page was without its server: said once, when it is back.

/** In milliseconds: what is shorter was a restart, of which nobody needs to hear. */
const worth = 10_000;

const units: readonly (readonly [string, number])[] = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
];

export class Away {
  private since: number | null = null;

  /** The server is lost; `now` is the time on the wall, which a sleeping machine's goes by too. */
  lost(now: number): void {
    this.since ??= now;
  }

  /** The server is back: for how long it was away, in words, or null where that is not worth one. */
  back(now: number): string | null {
    const ms = this.since === null ? 0 : now - this.since;
    this.since = null;
    return ms < worth ? null : inWords(Math.round(ms / 1000));
  }
}

/** The two largest units that have something to say. */
function inWords(seconds: number): string {
  const first = units.findIndex(([, length]) => seconds >= length);
  let left = seconds;
  const words = units.slice(first, first + 2).map(([unit, length]) => {
    const count = Math.floor(left / length);
    left -= count * length;
    return count > 0 ? `${count} ${unit}` : '';
  });
  return words.filter((word) => word !== '').join(' ');
}
