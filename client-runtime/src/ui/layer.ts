// What we show lies in the top layer, over the page's own dialogs too, apart from its styles.

import { create, isDrawing } from '../shared/create.ts';
import { deepQuery } from '../shared/roots.ts';
import { baseCss } from './style.ts';

const layers = new Map<HTMLElement, HTMLElement>();
let following = false;

export interface Layer {
  readonly panel: HTMLElement;
  /** Put it back where it belongs, if the page has taken it away. */
  keep(): void;
  remove(): void;
}

/** Show a panel in an element of the given name; it stays over whatever the page opens. */
export function show(name: string, css: string, panel: HTMLElement): Layer {
  const host = create(name);
  host.setAttribute('data-hotreload', '');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(baseCss + css);
  root.adoptedStyleSheets = [sheet];
  panel.popover = 'manual';
  root.append(panel);
  layers.set(host, panel);
  place(host, panel);
  follow();
  return {
    panel,
    keep: () => {
      if (!host.isConnected) place(host, panel);
    },
    remove: () => {
      layers.delete(host);
      host.remove();
    },
  };
}

/** All but the children of a modal dialog is inert while it is open, so there we go, too. */
function place(host: HTMLElement, panel: HTMLElement): void {
  // The console says it all.
  if (isDrawing) return;
  const modals = [...deepQuery('dialog:modal')];
  const active = modals.find((modal) => modal.contains(document.activeElement));
  const parent = active ?? modals.at(-1) ?? document.documentElement;
  const focused = host.shadowRoot?.activeElement;
  if (host.parentNode !== parent) parent.append(host);
  else if (panel.matches(':popover-open')) panel.hidePopover();
  // Without popovers it is at least the last element, with the highest z-index.
  panel.showPopover?.();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
}

/** What comes into the top layer later would cover us. */
function follow(): void {
  if (following) return;
  following = true;
  for (const event of ['toggle', 'close', 'fullscreenchange']) {
    document.addEventListener(
      event,
      () => layers.forEach((panel, host) => void place(host, panel)),
      true,
    );
  }
}
