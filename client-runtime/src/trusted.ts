// HTML as a page wants it whose policy asks for Trusted Types.

interface Policy {
  createHTML(html: string): string;
}

interface Policies {
  createPolicy(name: string, rules: Policy): Policy;
}

let policy: Policy | null | undefined;

/** What may be parsed; where the page's policy doesn't allow ours, parsing throws. */
export function trusted(html: string): string {
  // Asked for once: a refusal is reported to whom the page's policy names.
  if (policy === undefined) policy = createPolicy();
  return policy?.createHTML(html) ?? html;
}

function createPolicy(): Policy | null {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  try {
    return trustedTypes?.createPolicy('hotreload', { createHTML: (html) => html }) ?? null;
  } catch {
    return null;
  }
}
