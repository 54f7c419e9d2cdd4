// What may be parsed and run in a page whose policy asks for Trusted Types.

interface Policy {
  createHTML(html: string): string;
  createScript(code: string): string;
  createScriptURL(address: string): string;
}

interface Policies {
  createPolicy(name: string, rules: Policy): Policy;
  getAttributeType(tag: string, attribute: string, namespace: string): string | null;
}

let policy: Policy | null | undefined;

/** Why what we parse is refused, or null where it is not our policy that is missing. */
export function distrust(): string | null {
  return policy === null && 'trustedTypes' in globalThis
    ? "the page's policy demands Trusted Types and allows no policy named hotreload"
    : null;
}

/** What may be parsed; where the page's policy doesn't allow ours, parsing throws. */
export function trusted(html: string): string {
  return ours()?.createHTML(html) ?? html;
}

/** What may be run. */
export function trustedScript(code: string): string {
  return ours()?.createScript(code) ?? code;
}

/** An attribute's value, as one that may be run where it would be. */
export function trustedAttribute(element: Element, name: string, value: string): string {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  switch (trustedTypes?.getAttributeType(element.localName, name, element.namespaceURI ?? '')) {
    case 'TrustedHTML':
      return trusted(value);
    case 'TrustedScript':
      return trustedScript(value);
    case 'TrustedScriptURL':
      return ours()?.createScriptURL(value) ?? value;
    default:
      return value;
  }
}

function ours(): Policy | null {
  // Asked for once: a refusal is reported to whom the page's policy names.
  if (policy === undefined) policy = createPolicy();
  return policy;
}

function createPolicy(): Policy | null {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  const same = (text: string) => text;
  const rules = { createHTML: same, createScript: same, createScriptURL: same };
  try {
    return trustedTypes?.createPolicy('hotreload', rules) ?? null;
  } catch {
    return null;
  }
}
