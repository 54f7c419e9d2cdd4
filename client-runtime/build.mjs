// Bundles the runtime into one file: node build.mjs OUTPUT (run by hatch_build.py).
import { build } from 'esbuild';

const [outfile] = process.argv.slice(2);

await build({
  entryPoints: ['src/main.ts'],
  outfile,
  bundle: true,
  charset: 'utf8',
  format: 'esm',
  logLevel: 'warning',
  minify: true,
  target: 'es2022',
  supported: { 'import-attributes': true },
});
