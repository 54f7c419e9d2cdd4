// Bundles a source and all it imports into one file: node build.mjs SOURCE OUTPUT (run by
// hatch_build.py).
import { build } from 'esbuild';

const [source, outfile] = process.argv.slice(2);

await build({
  entryPoints: [source],
  outfile,
  bundle: true,
  charset: 'utf8',
  format: 'esm',
  logLevel: 'warning',
  minify: true,
  target: 'es2022',
  supported: { 'import-attributes': true },
});
