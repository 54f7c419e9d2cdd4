// What the user has done to the page, kept over a reload: scroll, focus, selection, form values.

import { deepQuery, roots } from '../shared/roots.ts';
import { type NodePath, nodeAt, pathOfNode } from './node-path.ts';

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

interface ControlState {
  path: NodePath;
  name: string;
  value: string;
  checked: boolean | null;
  /** The places of the selected options, of a `<select>`. */
  selected: number[];
}

interface Selected {
  anchor: [path: NodePath, offset: number];
  focus: [path: NodePath, offset: number];
}

export interface UserState {
  scroll: [x: number, y: number];
  scrolled: [path: NodePath, x: number, y: number][];
  focus: NodePath | null;
  range: [start: number, end: number] | null;
  selected: Selected | null;
  controls: ControlState[];
}

/** As much as a page's storage is asked to hold. */
const most = 500;
/** How long after the page has loaded its scripts may still make what is looked for, in ms. */
const patience = 3000;
// Secrets stay in memory, and files can't be put back.
const skipped = new Set(['password', 'file', 'hidden', 'submit', 'reset', 'button', 'image']);

export function captureUser(): UserState {
  const active = activeElement();
  return {
    scroll: [scrollX, scrollY],
    scrolled: [...scrollers()].slice(0, most),
    focus: active && pathOfNode(active),
    range: active && rangeOf(active),
    selected: selection(),
    controls: [...controls()].slice(0, most),
  };
}

/** Put it back as soon as the page is there, and as long as the user does nothing else. */
export function restoreUser(state: UserState): void {
  const stopping = new AbortController();
  const { signal } = stopping;
  const stop = () => stopping.abort();
  const todo = steps(state);
  const attempt = () => {
    if (signal.aborted) return;
    for (const step of [...todo]) if (step()) todo.delete(step);
    if (todo.size === 0) stop();
  };
  const begin = () => {
    attempt();
    const observer = new MutationObserver(attempt);
    observer.observe(document, { childList: true, subtree: true });
    signal.addEventListener('abort', () => observer.disconnect());
    setTimeout(stop, patience);
  };
  for (const type of ['pointerdown', 'keydown', 'wheel', 'touchstart']) {
    addEventListener(type, (event) => event.isTrusted && stop(), { capture: true, signal });
  }
  addEventListener('load', begin, { once: true, signal });
}

/** What is to be done, each as a try that says whether it is done. */
function steps({ scroll, scrolled, focus, range, selected, controls }: UserState) {
  const todo = new Set<() => boolean>();
  for (const control of controls) todo.add(() => setControl(control));
  if (focus) todo.add(() => setFocus(focus, range));
  if (selected) todo.add(() => setSelection(selected));
  for (const [path, x, y] of scrolled) todo.add(() => setScroll(nodeAt(path), x, y));
  const [x, y] = scroll;
  if (x !== 0 || y !== 0) todo.add(() => setScroll(document.scrollingElement, x, y));
  return todo;
}

function activeElement(): Element | null {
  let active = document.activeElement;
  while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
  return active === document.body || active === document.documentElement ? null : active;
}

function* scrollers(): Generator<[NodePath, number, number]> {
  const page = document.scrollingElement;
  for (const root of roots()) {
    for (const element of root.querySelectorAll('*')) {
      const { scrollLeft: x, scrollTop: y } = element;
      if ((x !== 0 || y !== 0) && element !== page) yield [pathOfNode(element), x, y];
    }
  }
}

/** Controls whose value is not what the source says. */
function* controls(): Generator<ControlState> {
  for (const control of deepQuery<Control>('input, textarea, select')) {
    if (skipped.has(control.type) || !isChanged(control)) continue;
    const { name, value } = control;
    const path = pathOfNode(control);
    const checked = control instanceof HTMLInputElement ? control.checked : null;
    yield { path, name, value, checked, selected: selectedOptions(control) };
  }
}

function isChanged(control: Control): boolean {
  if (control instanceof HTMLSelectElement) {
    return [...control.options].some((option) => option.selected !== option.defaultSelected);
  }
  const checked = control instanceof HTMLInputElement && control.checked !== control.defaultChecked;
  return checked || control.value !== control.defaultValue;
}

function selectedOptions(control: Control): number[] {
  if (!(control instanceof HTMLSelectElement)) return [];
  return [...control.selectedOptions].map((option) => option.index);
}

function setControl({ path, name, value, checked, selected }: ControlState): boolean {
  const control = nodeAt(path) as Control | null;
  if (!control || control.name !== name || skipped.has(control.type)) return false;
  if (control instanceof HTMLSelectElement) {
    const same = control.options[selected[0] ?? -1]?.value === value;
    for (const option of control.options) {
      option.selected = same ? selected.includes(option.index) : option.value === value;
    }
  } else if (control instanceof HTMLInputElement && isCheckable(control)) {
    control.checked = checked === true;
  } else if (control.value !== value) {
    control.value = value;
  }
  // Not `change`: that is what pages submit or navigate on.
  control.dispatchEvent(new InputEvent('input', { bubbles: true, composed: true }));
  return true;
}

function isCheckable({ type }: HTMLInputElement): boolean {
  return type === 'checkbox' || type === 'radio';
}

function rangeOf(element: Element): [number, number] | null {
  if (!(element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) return null;
  const { selectionStart, selectionEnd } = element;
  return selectionStart === null || selectionEnd === null ? null : [selectionStart, selectionEnd];
}

function setFocus(path: NodePath, range: [number, number] | null): boolean {
  const element = nodeAt(path);
  if (!(element instanceof HTMLElement)) return false;
  element.focus({ preventScroll: true });
  if (range && (element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement)) {
    element.setSelectionRange(...range);
  }
  return true;
}

function selection(): Selected | null {
  const found = getSelection();
  if (!found?.anchorNode || !found.focusNode || found.isCollapsed) return null;
  return {
    anchor: [pathOfNode(found.anchorNode), found.anchorOffset],
    focus: [pathOfNode(found.focusNode), found.focusOffset],
  };
}

function setSelection({ anchor, focus }: Selected): boolean {
  const [start, end] = [nodeAt(anchor[0]), nodeAt(focus[0])];
  if (!start || !end || lengthOf(start) < anchor[1] || lengthOf(end) < focus[1]) return false;
  getSelection()?.setBaseAndExtent(start, anchor[1], end, focus[1]);
  return true;
}

function lengthOf(node: Node): number {
  return node instanceof CharacterData ? node.length : node.childNodes.length;
}

function setScroll(element: Node | null, left: number, top: number): boolean {
  if (!(element instanceof Element)) return false;
  element.scrollTo({ left, top, behavior: 'instant' });
  return Math.abs(element.scrollTop - top) < 2 && Math.abs(element.scrollLeft - left) < 2;
}
