import { join } from 'node:path';
import { build } from 'esbuild';

let serial = 0;

/** Modules of the runtime, with all they import and a state of their own, as if served from `url`. */
export async function served<Modules>(
  sources: string[],
  url = 'http://localhost:8000/@hotreload/client.js',
): Promise<Modules> {
  const { outputFiles } = await build({
    stdin: {
      contents: sources.map((source) => `export * from './${source}';`).join('\n'),
      resolveDir: join(import.meta.dirname, '../src'),
    },
    bundle: true,
    // A module with the same text would be the same module.
    banner: { js: `// ${serial++}` },
    define: { 'import.meta.url': JSON.stringify(url) },
    format: 'esm',
    write: false,
  });
  const [{ text = '' } = {}] = outputFiles;
  return import(`data:text/javascript,${encodeURIComponent(text)}`);
}
