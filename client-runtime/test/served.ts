import { join } from 'node:path';
import { build } from 'esbuild';

/** A module of the runtime, with all it imports, as if the runtime were served from `url`. */
export async function served<Module>(
  source: string,
  url = 'http://localhost:8000/@hotreload/client.js',
): Promise<Module> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../src', source)],
    bundle: true,
    // Under another name in each, so that no two share their state.
    banner: { js: `// ${source} at ${url} ${serial++}` },
    define: { 'import.meta.url': JSON.stringify(url) },
    format: 'esm',
    write: false,
  });
  const [{ text = '' } = {}] = outputFiles;
  return import(`data:text/javascript,${encodeURIComponent(text)}`);
}

let serial = 0;
