// Compiled, never run: what hotreload/client.d.ts lets people write, and what it refuses.

/// <reference path="../../../hotreload/client.d.ts" />

import text from './notes.txt?raw';
import Shared from './w.js?sharedworker';
import Own from './w.js?worker';
import init from './x.wasm?init';

if (import.meta.hot) {
  const { hot } = import.meta;
  hot.data['count'] = Number(hot.data['count'] ?? 0) + text.length;
  hot.accept();
  hot.accept((module) => module['default']());
  hot.accept('./a.js', (module) => module['a']);
  hot.accept(['./a.js', './b.js'] as const, ([a, b]) => [a?.['a'], b?.['b']]);
  hot.acceptExports(['a', 'b'], (module) => module['a']);
  hot.dispose(async (data) => {
    data['kept'] = true;
  });
  hot.prune(() => {});
  hot.on('vite:beforeUpdate', ({ updates }) => updates[0]?.acceptedPath.length);
  hot.on('hotreload:beforeFullReload', ({ reason, preventDefault }) => reason && preventDefault());
  hot.on('hotreload:fetched', async ({ path, text, preventDefault }) => {
    preventDefault();
    hot.data[path] = (await text()).length;
  });
  hot.on('hotreload:data', ({ element, before, text, preventDefault }) => {
    if (element.id === 'state' && before !== null) preventDefault();
    hot.data['state'] = JSON.parse(text);
  });
  hot.on('mine', (data) => data.anything);
  hot.send('mine', { x: 1 });
  hot.invalidate('why');
  hot.decline();
  // @ts-expect-error: there is no such method
  hot.refuse();
  // @ts-expect-error: a message is a string
  hot.invalidate(1);
}

const status: string | undefined = import.meta.webpackHot?.status();
import.meta.webpackHot?.accept('./a.js', (outdated, module) => [outdated[0], module['a'], status]);

const mode: string = import.meta.env.MODE;
const isOurs: boolean = import.meta.env.DEV && import.meta.env['VITE_MINE'] === mode;
// @ts-expect-error: it says whether, not what
const wrong: string = import.meta.env.PROD;
const lazy = import.meta.glob<{ name: string }>('./dir/*.js', { import: 'name' });
const eager = import.meta.glob<string>(['./dir/*.txt', '!**/no.txt'], {
  eager: true,
  query: { raw: true },
});
// @ts-expect-error: there is no such option
import.meta.glob('./*.js', { lazy: true });
void [lazy['./dir/a.js']?.().then(({ name }) => name), eager['./dir/a.txt']?.length, isOurs, wrong];
void [new Own({ name: 'a' }).postMessage(1), new Shared().port, init({}).then((i) => i.exports)];
