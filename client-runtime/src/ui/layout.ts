// Who of ours is where when there is little room: nothing may lie over another's buttons. Notices have
// the lower left corner, the status the lower right one or the place above them, the overlay the rest.

type Part = 'overlay' | 'notices' | 'status';

/** Between two parts, and between them and the window's edge, in pixels. */
const gap = 10;

const parts = new Map<Part, HTMLElement>();
let observer: ResizeObserver | null = null;

/** A part is shown from now on. */
export function settle(part: Part, element: HTMLElement): void {
  if (!observer) addEventListener('resize', arrange);
  observer ??= new ResizeObserver(arrange);
  leave(part);
  parts.set(part, element);
  // The overlay's size follows from the others'.
  if (part !== 'overlay') observer.observe(element);
  arrange();
}

/** A part is gone. */
export function leave(part: Part): void {
  const element = parts.get(part);
  if (!element) return;
  observer?.unobserve(element);
  parts.delete(part);
  arrange();
}

function arrange(): void {
  const [notices, status] = [parts.get('notices'), parts.get('status')];
  const noticed = notices ? notices.offsetHeight + 2 * gap : 0;
  let taken = noticed;
  if (status) {
    const room = innerWidth - (notices?.getBoundingClientRect().right ?? 0) - 2 * gap;
    const bottom = status.offsetWidth > room ? Math.max(noticed, gap) : gap;
    status.style.bottom = `${bottom}px`;
    taken = Math.max(taken, bottom + status.offsetHeight + gap);
  }
  parts.get('overlay')?.style.setProperty('--taken', `${taken}px`);
}
