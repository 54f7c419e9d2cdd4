// Whether a text parses, by the only parser that counts: this browser's. It is not run.

import type { Check } from '../connection/protocol.ts';
import { base } from '../shared/address.ts';

/** What the server puts before the text: an import that leads nowhere, so that it only parses. */
const nowhere = 'hotreload check';
const guard = `import "${nowhere}";`;

/** Null where that can't be told. */
export async function parses({ key, classic }: Check): Promise<boolean | null> {
  const address = `${base}@hotreload/check/${key}`;
  try {
    await import(address);
  } catch (error) {
    if (error instanceof SyntaxError) return classic ? parsesAsScript(address) : false;
    // A text that parses gets as far as that import.
    if (String(error).includes(nowhere)) return true;
  }
  return null;
}

async function parsesAsScript(address: string): Promise<boolean | null> {
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) return null;
  const text = await response.text();
  try {
    new Function(text.slice(guard.length));
  } catch (error) {
    // A policy may forbid it; then the reload that follows tells what the browser thinks.
    return !(error instanceof SyntaxError);
  }
  return true;
}
