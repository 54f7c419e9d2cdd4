// Adding to the page's import map: code that was pushed gets its URL without a request.

import { create, head } from '../shared/create.ts';
import { trustedScript } from '../shared/trusted.ts';

/** Let specifiers lead to URLs from here on; what has one already, or was resolved, keeps it. */
export function addImports(imports: Readonly<Record<string, string>>): void {
  const script = create('script');
  script.type = 'importmap';
  script.textContent = trustedScript(JSON.stringify({ imports }));
  script.nonce = nonce();
  head().append(script);
  script.remove();
}

/** The nonce that the page's policy may want of what is added to it; empty for none. */
export function nonce(): string {
  return document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce ?? '';
}

/** A URL that is a module's text itself, shown by developer tools under `sourceUrl`. */
export function dataUrl(code: string, sourceUrl: string): string {
  const text = `${code}\n//# sourceURL=${sourceUrl}`;
  return `data:text/javascript;charset=utf-8,${encodeURIComponent(text)}`;
}
