import { create } from '../shared/create.ts';
import { moveBefore } from './members.ts';

let known: boolean | null = null;

/**
 * Whether what moves atomically stays scrolled, which no specification says. Found out once, by an
 * element of ours, since to look at each element that moves takes longer than all the moves.
 */
export function movesKeepScroll(): boolean {
  known ??= moveBefore !== null && tried(moveBefore);
  return known;
}

function tried(move: NonNullable<typeof moveBefore>): boolean {
  const [parent, box, content] = [create('div'), create('div'), create('div')];
  parent.setAttribute('data-hotreload', '');
  parent.style.cssText = 'position: fixed; visibility: hidden; pointer-events: none';
  box.style.cssText = 'width: 1px; height: 1px; overflow: hidden';
  content.style.cssText = 'height: 9px';
  box.append(content);
  parent.append(create('div'), box);
  document.documentElement.append(parent);
  try {
    box.scrollTop = 5;
    move(parent, box, parent.firstChild);
    return box.scrollTop === 5;
  } finally {
    parent.remove();
  }
}
