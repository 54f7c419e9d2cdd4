// In a worker there is no page to update: only what served code calls is there.

import type { Register } from './modules/modules.ts';
import { absolute, modulePath, urlOf } from './shared/address.ts';
import { absoluteUrls } from './styles/css-absolute.ts';

/** What the first line of every served module calls, in a worker. */
export function registerIn(env: Record<string, unknown>): Register {
  return (meta) => {
    const { url } = meta;
    Object.assign(meta, {
      env: { ...env },
      import: (specifier: unknown, options?: ImportCallOptions) =>
        importIn(url, String(specifier), options),
      asset: (file: string) => urlOf(file),
      sheet: (file: string, css: string) => absoluteUrls(css, urlOf(file)),
      style: (file: string) => {
        throw new TypeError(
          `${file} is a stylesheet, and a worker has no page to style: ` +
            'import its text, with ?inline, or its address, with ?url',
        );
      },
    });
  };
}

async function importIn(
  importer: string,
  specifier: string,
  options?: ImportCallOptions,
): Promise<unknown> {
  const url = absolute(specifier, importer);
  const { type } = options?.with ?? {};
  const path = url && modulePath(url, type);
  if (path) return import(urlOf(path, url.searchParams.get('v') ?? ''));
  const address = url?.href ?? specifier;
  return options === undefined ? import(address) : import(address, options);
}
