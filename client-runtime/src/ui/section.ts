// One entry of the overlay: where, what, and the source around it.

import { options } from '../shared/options.ts';
import { openInEditor } from './editor.ts';
import { button, element } from './elements.ts';
import { type Entry, type Place, placeText } from './entry.ts';

const kinds: Readonly<Record<string, string>> = {
  syntax: 'Syntax error',
  import: 'Import not found',
  link: 'Missing export',
  read: 'File not readable',
  build: 'Build failed',
  error: 'Uncaught error',
  rejection: 'Unhandled rejection',
};

export function section({ kind, place, message, frame, stack }: Entry): HTMLElement {
  const block = element('section');
  const label = element('span', { class: 'kind' }, kinds[kind] ?? kind);
  block.append(element('h2', {}, label, ' ', placeLink(place)));
  block.append(element('p', {}, message));
  if (frame) block.append(code(frame));
  if (stack.length > 0) block.append(element('ol', {}, ...stack.map(stackItem)));
  return block;
}

/** What a click opens in the editor, where the user has named one. */
function placeLink(place: Place): HTMLElement {
  const text = placeText(place);
  if (!options.editor || !place.path.startsWith('/')) return element('span', {}, text);
  const title = 'Open in the editor';
  return button(text, () => void openInEditor(place), { class: 'place', title });
}

function stackItem({ text, place }: Entry['stack'][number]): HTMLElement {
  return element('li', {}, place ? `${text} ` : text, ...(place ? [placeLink(place)] : []));
}

/** The frame, which may be too wide: then the keyboard has to be able to scroll it. */
function code(frame: string): HTMLElement {
  const block = element('pre', { tabindex: '0', role: 'group', 'aria-label': 'Source' });
  for (const line of frame.split('\n')) {
    const mark = /^( +\| +)\^$/.exec(line);
    const text = mark ? [mark[1] ?? '', element('i', { class: 'mark' }, '^'), '\n'] : [`${line}\n`];
    block.append(element('span', line.startsWith('>') ? { class: 'here' } : {}, ...text));
  }
  return block;
}

/** See that the marked place of a frame is seen, where the frame is too wide. */
export function showMark(block: HTMLElement): void {
  const [frame, mark] = [block.querySelector('pre'), block.querySelector('.mark')];
  if (!frame || !mark) return;
  const { left } = frame.getBoundingClientRect();
  const offset = mark.getBoundingClientRect().left - left;
  if (offset > frame.clientWidth * 0.9) frame.scrollLeft = offset - frame.clientWidth / 2;
}
