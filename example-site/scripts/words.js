// What the counter says. It accepts nothing itself: counter.js accepts it.

export function describe(count) {
  if (count === 0) return 'Click the button a few times.';
  if (count < 10) return 'Now change this sentence.';
  return 'That is a lot of clicks.';
}
