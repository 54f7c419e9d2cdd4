// Shadow roots as their templates declare them, and registries of custom elements other than the document's.

import { setAttribute } from './attributes.ts';
import {
  attributesOf,
  getAttribute,
  hasAttribute,
  importNode,
  nameOf,
  namespaceURI,
} from './members.ts';
import { ownRegistry } from './nodes.ts';

/** What a tree, or an element, knows as custom elements; null where a script has still to say so. */
type Registry = CustomElementRegistry | null;

/** What is newer than TypeScript's description of the DOM. */
interface Scoped {
  customElementRegistry?: Registry;
}
interface RootInit extends ShadowRootInit, Scoped {
  referenceTarget?: string;
}
type Import = (this: Document, node: Node, options: Scoped & { selfOnly: boolean }) => Element;
type Create = (this: Document, namespace: string | null, name: string, options: Scoped) => Element;

/** A copy of an element for a place, without what is in it. */
export function copyFor(document: Document, next: Element, within: Node): Element {
  const registry = ownRegistry(next) ? null : (within as Scoped).customElementRegistry;
  if (registry === undefined || registry === customElements) {
    return importNode(document, next, false) as Element;
  }
  if (registry !== null) {
    const create = Document.prototype.importNode as unknown as Import;
    return create.call(document, next, { selfOnly: true, customElementRegistry: registry });
  }
  // To import, and to adopt, would give it the document's.
  const create = Document.prototype.createElementNS as unknown as Create;
  const options = { customElementRegistry: null };
  const copy = create.call(document, namespaceURI(next), nameOf(next), options);
  for (const attribute of attributesOf(next)) setAttribute(copy, attribute);
  return copy;
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
