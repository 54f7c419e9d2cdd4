// The overlay: what is wrong with the project now, over the page and out of its way.

import { copyText } from './copy.ts';
import { button, element } from './elements.ts';
import { type Entry, entryText } from './entry.ts';
import { type Layer, show } from './layer.ts';
import { leave, settle } from './layout.ts';
import { overlayCss } from './overlay-style.ts';
import { section, showMark } from './section.ts';

type Source = 'problems' | 'errors';

const sources: Record<Source, readonly Entry[]> = { problems: [], errors: [] };
/** What the user has closed stays closed until it changes. */
let dismissed = new Set<string>();
let open: Overlay | null = null;

/** Show these entries of a source and no others of it; none at all closes the overlay. */
export function showEntries(source: Source, entries: readonly Entry[]): void {
  sources[source] = entries;
  const all = [...sources.problems, ...sources.errors];
  const texts = new Set(all.map(entryText));
  dismissed = new Set([...dismissed].filter((text) => texts.has(text)));
  if ([...texts].every((text) => dismissed.has(text))) {
    open?.remove();
    open = null;
    return;
  }
  open ??= new Overlay(close);
  open.update(all);
}

function close(): void {
  for (const entry of [...sources.problems, ...sources.errors]) dismissed.add(entryText(entry));
  open?.remove();
  open = null;
}

class Overlay {
  private readonly layer: Layer;
  private readonly title = element('h1', { id: 'title' });
  private readonly heard = element('p', { class: 'heard', role: 'alert' });
  private readonly list = element('div');
  private readonly sections = new Map<string, { text: string; node: HTMLElement }>();
  private readonly listening = new AbortController();
  private entries: readonly Entry[] = [];

  constructor(close: () => void) {
    const copy = button('Copy', async () => {
      const done = await copyText(this.entries.map(entryText).join('\n\n'), this.layer.panel);
      copy.textContent = done ? 'Copied' : 'Could not copy';
    });
    const panel = element('div', { role: 'dialog', 'aria-labelledby': 'title' });
    panel.append(
      element('header', {}, this.title, copy, button('Close', close)),
      this.heard,
      this.list,
      element('footer', {}, 'The page goes on as it was. Esc closes this; a fix does, too.'),
    );
    this.layer = show('hotreload-overlay', overlayCss, panel);
    settle('overlay', panel);
    // Before the page's own listeners, and before the browser closes a dialog of the page's.
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      close();
    };
    const { signal } = this.listening;
    // The focus stays where it is, or where the page is about to put it: in a frame around this one, too.
    addEventListener('keydown', onKey, { capture: true, signal });
  }

  update(entries: readonly Entry[]): void {
    this.entries = entries;
    const count = entries.length === 1 ? '1 problem' : `${entries.length} problems`;
    this.title.textContent = `${count} to fix`;
    for (const [key, { node }] of [...this.sections]) {
      if (entries.some((entry) => entry.key === key)) continue;
      node.remove();
      this.sections.delete(key);
    }
    const news = entries.filter((entry, place) => this.set(entry, place));
    if (news.length > 0) this.heard.textContent = news.map(spoken).join('. ');
    this.layer.keep();
  }

  /** Show an entry in its place in the list; returns whether it says anything new. */
  private set(entry: Entry, place: number): boolean {
    const text = entryText(entry);
    const known = this.sections.get(entry.key);
    if (known?.text === text) return false;
    const node = section(entry);
    if (known) known.node.replaceWith(node);
    else this.list.insertBefore(node, this.list.children[place] ?? null);
    showMark(node);
    this.sections.set(entry.key, { text, node });
    return true;
  }

  remove(): void {
    this.listening.abort();
    this.layer.remove();
    leave('overlay');
  }
}

function spoken({ place, message }: Entry): string {
  const line = place.line === null ? '' : `, line ${place.line}`;
  return `${place.path}${line}: ${message}`;
}
