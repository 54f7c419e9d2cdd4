import { say } from '../shared/console.ts';
import {
  activeElement,
  bodyOf,
  contains,
  focus,
  getSelection,
  isConnected,
  matches,
  removeAttribute,
  scrollLeft,
  scrollTop,
  select,
  setScrollLeft,
  setScrollTop,
  shadowRoot,
} from './members.ts';
import { movesKeepScroll } from './scrolling.ts';

/** From how many moves on it pays to know what the browser does by itself. */
export const MANY = 100;

/** The lists in which a user or a script was seen to have chosen. */
const touched = new WeakSet<HTMLSelectElement>();

/** What the user did that an edit elsewhere in the page could undo, to be put back. */
export class Keeper {
  readonly #document: Document;
  readonly #restore: (() => void)[] = [];

  /** @param moving what will move; all of it is looked at now, for each look costs a layout */
  constructor(document: Document, moving: ReadonlySet<Node>) {
    this.#document = document;
    this.#keepChoices();
    this.#keepFocus();
    // Moves of many are left to the browser, where it is known to lose nothing.
    if (moving.size >= MANY && movesKeepScroll()) return;
    for (const node of moving) {
      if (!(node instanceof Element)) continue;
      for (const element of [node, ...select(node, '*')]) this.#keepElement(element);
    }
  }

  /** Puts back what is not as it was. */
  restore(): void {
    for (const restore of this.#restore.splice(0).reverse()) {
      try {
        restore();
      } catch (error) {
        // The edit itself is made: a dialog that can't be modal any more is no reason to reload.
        say.warn('something could not be put back after an edit', error);
      }
    }
  }

  #keepElement(element: Element): void {
    const [left, top] = [scrollLeft(element), scrollTop(element)];
    if (left !== 0 || top !== 0) {
      this.#restore.push(() => {
        if (scrollTop(element) !== top) setScrollTop(element, top);
        if (scrollLeft(element) !== left) setScrollLeft(element, left);
      });
    }
    if (element instanceof HTMLMediaElement && !element.paused) {
      // Refused where the page needs a gesture to play.
      this.#restore.push(() => element.paused && element.play().catch(() => undefined));
    }
    if (element instanceof HTMLDialogElement && matches(element, ':is(:modal)')) {
      this.#restore.push(() => {
        if (!isConnected(element) || matches(element, ':is(:modal)')) return;
        removeAttribute(element, 'open');
        element.showModal();
      });
    } else if (element instanceof HTMLElement && matches(element, ':is(:popover-open)')) {
      this.#restore.push(() => {
        if (isConnected(element) && !matches(element, ':is(:popover-open)')) element.showPopover();
      });
    }
  }

  /** A changed default must not change what the user chose in the same list or radio group. */
  #keepChoices(): void {
    for (const list of select(this.#document, 'select')) {
      // In a drawing it is an element of no kind.
      if (!(list instanceof HTMLSelectElement)) continue;
      const [chosen, usual] = [new Set(list.selectedOptions), defaultChoice(list)];
      // What somebody chose once is a choice also where it is the default by now.
      if (!sameMembers(chosen, usual)) touched.add(list);
      const isUsual = !touched.has(list);
      this.#restore.push(() => {
        const isThere = [...chosen].some((option) => contains(list, option));
        if (!isUsual) {
          if (isThere) choose(list, chosen);
          return;
        }
        // Options that changed their places stay chosen, which is nobody's choice.
        const next = defaultChoice(list);
        if (!sameMembers(usual, next)) choose(list, next);
      });
    }
    const radios = 'input[type=radio]:checked';
    for (const radio of select<HTMLInputElement>(this.#document, radios)) {
      if (radio.defaultChecked) continue;
      this.#restore.push(() => {
        if (isConnected(radio) && !radio.checked) radio.checked = true;
      });
    }
  }

  #keepFocus(): void {
    const focused = deepestFocus(this.#document);
    const range = focused && caretOf(focused);
    const selection = getSelection(this.#document);
    const { anchorNode, anchorOffset, focusNode, focusOffset } = selection ?? {};
    this.#restore.push(() => {
      if (focused && isConnected(focused) && deepestFocus(this.#document) !== focused) {
        focus(focused as HTMLElement, { preventScroll: true });
      }
      if (focused && range) {
        // The selection is the caret's, too.
        restoreCaret(focused, range);
        return;
      }
      if (!selection || !anchorNode || !focusNode) return;
      if (!isConnected(anchorNode) || !isConnected(focusNode)) return;
      if (selection.anchorNode === anchorNode && selection.focusNode === focusNode) return;
      selection.setBaseAndExtent(
        anchorNode,
        Math.min(anchorOffset ?? 0, lengthOf(anchorNode)),
        focusNode,
        Math.min(focusOffset ?? 0, lengthOf(focusNode)),
      );
    });
  }
}

type Caret = [start: number, end: number, direction: 'forward' | 'backward' | 'none'];
type Field = HTMLInputElement | HTMLTextAreaElement;

function deepestFocus(document: Document): Element | null {
  let focused = activeElement(document);
  for (let within = focused; within; within = shadowRoot(within)?.activeElement ?? null) {
    focused = within;
  }
  return focused === bodyOf(document) ? null : focused;
}

function isField(element: Element): element is Field {
  return element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement;
}

function caretOf(element: Element): Caret | null {
  // Null for the types of input that have no caret.
  if (!isField(element) || element.selectionStart === null) return null;
  const end = element.selectionEnd ?? element.selectionStart;
  return [element.selectionStart, end, element.selectionDirection ?? 'none'];
}

function restoreCaret(element: Element, caret: Caret): void {
  const now = caretOf(element);
  if (now && now.join() !== caret.join()) (element as Field).setSelectionRange(...caret);
}

function lengthOf(node: Node): number {
  return node instanceof CharacterData ? node.length : node.childNodes.length;
}

function defaultChoice(select: HTMLSelectElement): Set<HTMLOptionElement> {
  const marked = [...select.options].filter((option) => option.defaultSelected);
  if (select.multiple) return new Set(marked);
  const last = marked.at(-1);
  if (last) return new Set([last]);
  const first = [...select.options].find((option) => !option.disabled);
  return new Set(first && select.size <= 1 ? [first] : []);
}

function choose(list: HTMLSelectElement, chosen: ReadonlySet<HTMLOptionElement>): void {
  for (const option of list.options) {
    if (option.selected !== chosen.has(option)) option.selected = chosen.has(option);
  }
}

function sameMembers<T>(a: ReadonlySet<T>, b: ReadonlySet<T>): boolean {
  return a.size === b.size && [...a].every((item) => b.has(item));
}
