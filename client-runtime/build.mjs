// Bundles a source and all it imports into one file: node build.mjs SOURCE OUTPUT (run by
// hatch_build.py).
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const [source, outfile] = process.argv.slice(2);

const { metafile } = await build({
  entryPoints: [source],
  outfile,
  bundle: true,
  charset: 'utf8',
  format: 'esm',
  logLevel: 'warning',
  metafile: true,
  minify: true,
  target: 'es2022',
  supported: { 'import-attributes': true },
});

// What is bundled of others is passed on under their licences.
const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input);
  if (folder) packages.add(folder[0]);
}
// What is published as one file has others in it.
const BUNDLED = {
  'node_modules/@vue/compiler-sfc': ['hash-sum', 'merge-source-map', 'postcss-selector-parser'],
  'node_modules/svelte': [],
};
for (const [folder, others] of Object.entries(BUNDLED)) {
  if (packages.has(folder)) for (const name of others) addWithDependencies(`node_modules/${name}`);
  if (packages.has(folder)) addWithDependencies(folder);
}

function addWithDependencies(folder) {
  packages.add(folder);
  const { dependencies = {} } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  for (const name of Object.keys(dependencies)) {
    if (!packages.has(`node_modules/${name}`)) addWithDependencies(`node_modules/${name}`);
  }
}

const notices = [...packages].sort().map((folder) => {
  const { name, version, license, author } = JSON.parse(
    readFileSync(`${folder}/package.json`, 'utf8'),
  );
  const file = readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
  const whose = typeof author === 'object' ? author?.name : author;
  if (!file && !(license === 'MIT' && whose)) {
    throw new Error(`${name} has no licence file that could be passed on`);
  }
  const given = file
    ? readFileSync(`${folder}/${file}`, 'utf8')
    : readFileSync('node_modules/svelte/LICENSE.md', 'utf8').replace(
        /^Copyright .*$/m,
        `Copyright (c) ${whose}`,
      );
  const text = given.replaceAll('*/', '* /').trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
});
if (notices.length > 0) {
  const code = readFileSync(outfile, 'utf8');
  writeFileSync(outfile, `/*! Contains:\n\n${notices.join('\n\n')}*/\n${code}`);
}
