import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { build } from 'esbuild';

test('the bundle is one module that imports nothing', async (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'hotreload-bundle-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const bundle = join(folder, 'runtime.js');
  execFileSync(process.execPath, ['build.mjs', 'src/main.ts', bundle], {
    cwd: join(import.meta.dirname, '..'),
  });

  const { metafile } = await build({
    entryPoints: [bundle],
    bundle: true,
    external: ['*'],
    format: 'esm',
    logLevel: 'silent',
    metafile: true,
    outdir: folder,
    write: false,
  });

  const [output] = Object.values(metafile.outputs);
  assert.deepEqual(output?.imports, []);
  assert.ok(output?.exports.includes('module'), 'served modules import this name');
});
