// Shadow roots as their templates declare them, and registries of custom elements other than the document's.

import { adoptNode, cloneNode, getAttribute, hasAttribute, importNode } from './members.ts';

/** What a tree, or an element, knows as custom elements; null where a script has still to say so. */
type Registry = CustomElementRegistry | null;

/** What is newer than TypeScript's description of the DOM. */
interface Scoped {
  customElementRegistry?: Registry;
}
interface RootInit extends ShadowRootInit, Scoped {
  referenceTarget?: string;
}
interface ImportOptions extends Scoped {
  selfOnly: boolean;
}
type Import = (this: Document, node: Node, options: ImportOptions) => Element;

/** A copy of an element for a place, without what is in it. */
export function copyFor(document: Document, next: Element, within: Node): Element {
  const registry = (within as Scoped).customElementRegistry;
  if (registry === undefined || registry === customElements || hasOwnRegistry(next)) {
    return importNode(document, next, false) as Element;
  }
  if (registry === null) {
    // Importing would give it the document's. A parsed document's elements have none.
    return adoptNode(document, cloneNode(next, false)) as Element;
  }
  const importInto = Document.prototype.importNode as unknown as Import;
  return importInto.call(document, next, { selfOnly: true, customElementRegistry: registry });
}

function hasOwnRegistry(element: Element): boolean {
  return hasAttribute(element, 'customelementregistry');
}

/**
 * Gives a host the shadow root that a template declares.
 *
 * @returns null where the host can't have it
 */
export function declareRoot(host: Element, template: HTMLTemplateElement): ShadowRoot | null {
  const has = (name: string) => hasAttribute(template, `shadowroot${name}`);
  const target = getAttribute(template, 'shadowrootreferencetarget');
  const slots = getAttribute(template, 'shadowrootslotassignment');
  const init: RootInit = {
    mode: getAttribute(template, 'shadowrootmode')?.toLowerCase() === 'closed' ? 'closed' : 'open',
    delegatesFocus: has('delegatesfocus'),
    clonable: has('clonable'),
    serializable: has('serializable'),
    slotAssignment: slots?.toLowerCase() === 'manual' ? 'manual' : 'named',
  };
  if (target !== null) init.referenceTarget = target;
  if (has('customelementregistry')) init.customElementRegistry = null;
  try {
    return Element.prototype.attachShadow.call(host, init);
  } catch {
    return null;
  }
}
