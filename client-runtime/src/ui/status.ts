// In a corner of the page: that it has lost its server, and that it has it again, or what its update
// waits for. Nothing while all is well, and nothing where people turned it off.

import { create } from '../shared/create.ts';
import { options } from '../shared/options.ts';
import { leave, settle } from './layout.ts';

export type Shown = 'connected' | 'reconnecting' | 'offline';

const words: Record<Shown, string> = {
  connected: 'Connected',
  reconnecting: 'Reconnecting …',
  offline: 'Offline',
};

/** In milliseconds: a restart that is over sooner is not worth a word; how long good news stays. */
const grace = 700;
const farewell = 1500;
/** What does not come back within this time, in milliseconds, may not come back by itself. */
const long = 5000;

const css = `
:host { all: initial; }
[role=status] {
  position: fixed; z-index: 2147483647; right: 10px; bottom: 10px; padding: 3px 10px 3px 22px;
  border-radius: 12px; font: 12px/1.5 system-ui, sans-serif; color: #fff; background: #333d;
  max-width: min(40em, 80vw); overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
  box-sizing: border-box; pointer-events: none; opacity: 0; transition: opacity .2s;
  box-shadow: 0 0 0 1px #8886;
}
@media (prefers-color-scheme: dark) { [role=status] { color: #1d1d22; background: #f0f0f4ee; } }
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
/** What an update waits for in the page itself. */
let awaited: string | null = null;
let label: HTMLElement | null = null;
let timer = 0;
/** Since when there has been no connection. */
let lost = 0;

/** Show a status; what lasts only a moment is not shown. */
export function showStatus(status: Shown): void {
  if (status === now) return;
  if (now === 'connected') lost = Date.now();
  now = status;
  document.dispatchEvent(new CustomEvent('hotreload:status', { detail: { status } }));
  clearTimeout(timer);
  if (label) write(label);
  if (status === 'connected') timer = window.setTimeout(hide, farewell);
  else {
    if (!label) timer = window.setTimeout(appear, grace);
    window.setTimeout(() => label && write(label), long);
  }
}

/** Say with the status what waits for the server; null when nothing does any more. */
export function showPending(what: string | null): void {
  pending = what;
  if (label) write(label);
}

/** Say what an update waits for in the page; null when it goes on. */
export function showAwaited(what: string | null): void {
  awaited = what;
  if (what !== null) appear();
  else if (now === 'connected') hide();
  else if (label) write(label);
}

function appear(): void {
  if (!isWanted()) return;
  label ??= createHost();
  write(label);
}

function isWanted(): boolean {
  return options.status && document.documentElement.getAttribute('data-hotreload-status') !== 'off';
}

function hide(): void {
  if (now === 'connected' && awaited !== null) return;
  leave('status');
  (label?.getRootNode() as ShadowRoot | undefined)?.host.remove();
  label = null;
}

function write(element: HTMLElement): void {
  const [word, what] = now === 'connected' ? [awaited && 'Waiting for', awaited] : [null, pending];
  const gone = now === 'reconnecting' && Date.now() - lost >= long;
  const hint = gone && what === null ? '(its terminal may say why it does not answer)' : what;
  element.textContent = [word ?? words[now], hint].filter((part) => part !== null).join(' ');
  element.className = `${awaited === null ? now : 'waiting'} seen`;
}

function createHost(): HTMLElement {
  const host = create('hotreload-status');
  host.setAttribute('data-hotreload', '');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  const element = create('div');
  element.setAttribute('role', 'status');
  root.append(element);
  document.documentElement.append(host);
  settle('status', element);
  return element;
}
