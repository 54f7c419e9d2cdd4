// What an edit has changed, shown to whoever looks for it: off unless it is asked for.

const MARKED_MS = 1500;
/** More is no edit to be looked at one by one. */
const MAX_MARKED = 20;

/** Takes note of what changes in the page until it is shown. */
export function noteChanges(): { show: () => void } {
  const observer = new MutationObserver(() => {});
  observer.observe(document.body ?? document.documentElement, {
    subtree: true,
    childList: true,
    characterData: true,
  });
  return {
    show: () => {
      const changed = elements(observer.takeRecords());
      observer.disconnect();
      if (changed.length > 0 && !changed.some(isInView)) {
        changed[0]?.scrollIntoView({ block: 'center', behavior: 'smooth' });
      }
      for (const element of changed.slice(0, MAX_MARKED)) mark(element);
    },
  };
}

function elements(records: readonly MutationRecord[]): Element[] {
  const found = new Set<Element>();
  for (const { target, addedNodes } of records) {
    const nodes = addedNodes.length > 0 ? addedNodes : [target];
    for (const node of nodes) {
      const element = node instanceof Element ? node : node.parentElement;
      if (element && element !== document.body && element.getClientRects().length > 0) {
        found.add(element);
      }
    }
  }
  return [...found];
}

function isInView(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

/** An animation, since that leaves no trace in the page: the next edit finds what it expects. */
function mark(element: Element): void {
  const frames = [
    { outline: '3px solid #f5a623', outlineOffset: '4px' },
    { outline: '3px solid #f5a62300', outlineOffset: '4px' },
  ];
  element.animate(frames, { duration: MARKED_MS, easing: 'ease-in', id: 'hotreload-highlight' });
}
