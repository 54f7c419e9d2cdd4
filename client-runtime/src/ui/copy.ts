// Copying, where the page is no secure context too.

import { create } from '../shared/create.ts';

/** Put a text into the clipboard; `place` may hold an element for a moment. False where it can't be. */
export async function copyText(text: string, place: HTMLElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text, place);
  }
}

function copyBySelection(text: string, place: HTMLElement): boolean {
  const area = create('textarea');
  area.value = text;
  const focused = (place.getRootNode() as Document | ShadowRoot).activeElement;
  place.append(area);
  area.select();
  const done = document.execCommand('copy');
  area.remove();
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  return done;
}
