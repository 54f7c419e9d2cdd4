/**
 * Indices of a longest strictly increasing subsequence of `values`; negative values take no part.
 * Patience sorting (Fredman 1975), O(n log n).
 */
export function longestIncreasing(values: readonly number[]): Set<number> {
  const tails: number[] = [];
  const previous: number[] = [];
  values.forEach((value, index) => {
    if (value < 0) return;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at(values, at(tails, middle)) < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low > 0 ? at(tails, low - 1) : -1;
    tails[low] = index;
  });
  const chosen = new Set<number>();
  for (let index = tails.at(-1) ?? -1; index >= 0; index = at(previous, index)) chosen.add(index);
  return chosen;
}

/** The same, but as many as possible of the `pinned` indices are chosen before any other. */
export function longestIncreasingWith(
  values: readonly number[],
  pinned: (index: number) => boolean,
): Set<number> {
  const firm = longestIncreasing(values.map((value, index) => (pinned(index) ? value : -1)));
  if (firm.size === 0) return longestIncreasing(values);
  const bounds = [...firm].sort((a, b) => a - b);
  let passed = 0;
  const allowed = values.map((value, index) => {
    if (firm.has(index)) return value;
    while (passed < bounds.length && at(bounds, passed) < index) passed++;
    const below = passed > 0 ? at(values, at(bounds, passed - 1)) : -1;
    const above = passed < bounds.length ? at(values, at(bounds, passed)) : Infinity;
    return value > below && value < above ? value : -1;
  });
  return longestIncreasing(allowed);
}

function at(list: readonly number[], index: number): number {
  return list[index] as number;
}
