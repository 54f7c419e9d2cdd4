// The overlay: what is wrong with the project now, over the page and out of its way.

import type { ProblemState } from './protocol.ts';

const css = `
:host { all: initial; }
[popover] {
  all: revert; box-sizing: border-box; position: fixed; inset: 0; margin: auto; padding: 0;
  width: min(60rem, 94vw); height: fit-content; max-height: 90vh; overflow: auto;
  border: 0; border-top: 4px solid #d33; border-radius: 6px; box-shadow: 0 8px 40px #0006;
  font: 14px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  color: #1d1d22; background: #fff; color-scheme: light dark;
}
header { display: flex; gap: .75rem; align-items: center; padding: .75rem 1rem 0; }
h1 { flex: 1; margin: 0; font-size: 1rem; color: #b00020; }
button { font: inherit; padding: .15rem .6rem; border: 1px solid #8888; border-radius: 4px;
  background: none; color: inherit; cursor: pointer; }
section { padding: .5rem 1rem 1rem; }
h2 { margin: 0 0 .25rem; font-size: .95rem; overflow-wrap: anywhere; }
p { margin: 0 0 .5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
pre { margin: 0; padding: .75rem; overflow-x: auto; border-radius: 4px; background: #f3f3f6; }
footer { padding: 0 1rem .75rem; opacity: .75; font-size: .85rem; }
@media (prefers-color-scheme: dark) {
  [popover] { color: #e8e8ee; background: #1b1b20; }
  h1 { color: #ff7b8a; }
  pre { background: #26262d; }
}`;

let host: HTMLElement | null = null;
let listening = new AbortController();

/** Show these problems and no others; none closes the overlay. */
export function showProblems(problems: readonly ProblemState[]): void {
  host?.remove();
  host = null;
  listening.abort();
  if (problems.length === 0) return;
  host = document.createElement('hotreload-overlay');
  host.setAttribute('data-hotreload', '');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  root.adoptedStyleSheets = [sheet];
  root.append(dialog(problems, () => host?.remove()));
  document.documentElement.append(host);
  const panel = root.querySelector<HTMLElement>('[popover]');
  panel?.showPopover?.();
}

function dialog(problems: readonly ProblemState[], close: () => void): HTMLElement {
  const panel = element('div');
  panel.popover = 'manual';
  panel.setAttribute('role', 'alertdialog');
  panel.setAttribute('aria-label', 'hotreload: problems');
  const header = element('header');
  const count = problems.length === 1 ? 'A problem' : `${problems.length} problems`;
  const copy = button('Copy', () => {
    void navigator.clipboard?.writeText(problems.map(asText).join('\n\n'));
  });
  header.append(element('h1', `${count} to fix`), copy, button('Close', close));
  panel.append(header, ...problems.map(section));
  panel.append(
    element(
      'footer',
      'The page goes on as it was. Fix the file, and this goes away; Esc closes it.',
    ),
  );
  listening = new AbortController();
  const { signal } = listening;
  addEventListener('keydown', (event) => event.key === 'Escape' && close(), { signal });
  return panel;
}

function section(problem: ProblemState): HTMLElement {
  const block = element('section');
  block.append(element('h2', place(problem)), element('p', problem.message));
  if (problem.frame) block.append(element('pre', problem.frame));
  return block;
}

function place({ owner, line, column }: ProblemState): string {
  return line === null ? owner : `${owner}:${line}:${column}`;
}

function asText(problem: ProblemState): string {
  return `${place(problem)}: ${problem.message}\n${problem.frame}`;
}

function button(label: string, run: () => void): HTMLElement {
  const control = element('button', label);
  control.addEventListener('click', run);
  return control;
}

function element(name: string, text = ''): HTMLElement {
  const created = document.createElement(name);
  created.textContent = text;
  return created;
}
