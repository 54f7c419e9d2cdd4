// In a corner of the page: that it has lost its server, and that it has it again. Nothing while all is
// well, and nothing where people turned it off.

import { options } from './options.ts';

export type Shown = 'connected' | 'reconnecting' | 'offline';

const words: Record<Shown, string> = {
  connected: 'Connected',
  reconnecting: 'Reconnecting …',
  offline: 'Offline',
};

/** In milliseconds: a restart that is over sooner is not worth a word; how long good news stays. */
const grace = 700;
const farewell = 1500;

const css = `
:host { all: initial; }
[role=status] {
  position: fixed; z-index: 2147483647; right: 10px; bottom: 10px; padding: 3px 10px 3px 22px;
  border-radius: 12px; font: 12px/1.5 system-ui, sans-serif; color: #fff; background: #333d;
  max-width: min(40em, 80vw); overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  box-sizing: border-box; pointer-events: none; opacity: 0; transition: opacity .2s;
}
[role=status].seen { opacity: 1; }
[role=status]::before {
  content: ''; position: absolute; left: 9px; top: 9px; width: 7px; height: 7px; border-radius: 50%;
  background: #fa3;
}
.connected::before { background: #3c6; }
.offline::before { background: #999; }
@media print { [role=status] { display: none; } }
@media (prefers-reduced-motion: reduce) { [role=status] { transition: none; } }`;

let now: Shown = 'connected';
/** What is to be done once the server is back. */
let pending: string | null = null;
let label: HTMLElement | null = null;
let timer = 0;

/** Show a status; what lasts only a moment is not shown. */
export function showStatus(status: Shown): void {
  if (status === now) return;
  now = status;
  document.dispatchEvent(new CustomEvent('hotreload:status', { detail: { status } }));
  clearTimeout(timer);
  if (status === 'connected') {
    if (label) write(label, status);
    timer = window.setTimeout(hide, farewell);
  } else if (label) {
    write(label, status);
  } else if (isWanted()) {
    timer = window.setTimeout(() => {
      label = create();
      write(label, now);
    }, grace);
  }
}

/** Say with the status what waits for the server; null when nothing does any more. */
export function showPending(what: string | null): void {
  pending = what;
  if (label) write(label, now);
}

function isWanted(): boolean {
  return options.status && document.documentElement.getAttribute('data-hotreload-status') !== 'off';
}

function hide(): void {
  (label?.getRootNode() as ShadowRoot | undefined)?.host.remove();
  label = null;
}

function write(element: HTMLElement, status: Shown): void {
  const waits = pending !== null && status !== 'connected';
  element.textContent = waits ? `${words[status]} ${pending}` : words[status];
  element.className = `${status} seen`;
}

function create(): HTMLElement {
  const host = document.createElement('hotreload-status');
  host.setAttribute('data-hotreload', '');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const element = document.createElement('div');
  element.setAttribute('role', 'status');
  root.append(element);
  document.documentElement.append(host);
  return element;
}
