// What a component says to the page about its own updates.
//
// Vue's runtime does the work: `rerender` keeps all state and takes a new render function,
// `reload` creates the component's instances anew and keeps those of its parents.

/** What of a component was changed is told by the names of its parts. */
export interface Parts {
  readonly script: string;
  readonly template: string;
  /** Where its code comes from: that moves where nothing else does. */
  readonly places: string;
}

export function hotCode(id: string, url: string, parts: Parts, onlyDefault: boolean): string {
  const accept = onlyDefault ? "acceptExports('default', " : 'accept(';
  return `
for (const flag of ['OPTIONS_API__', 'PROD_DEVTOOLS__', 'PROD_HYDRATION_MISMATCH_DETAILS__'])
  globalThis['__VUE_' + flag] ??= flag[0] === 'O';
const _sfc_parts = ${JSON.stringify(parts)};
let _sfc_others = false;
Object.defineProperty(_sfc_main, '__parts', { value: _sfc_parts, configurable: true });
globalThis.__VUE_HMR_RUNTIME__?.createRecord(${JSON.stringify(id)}, _sfc_main);
import.meta.hot.on('hotreload:beforeUpdate', ({ modules, boundaries }) => {
  const own = new Set(boundaries.filter((b) => b.path === b.accepted).map((b) => b.path));
  _sfc_others = modules.some(({ path }) => !own.has(path) && !path.startsWith(${JSON.stringify(`${url}.`)}));
});
import.meta.hot.${accept}(next) => {
  const vue = globalThis.__VUE_HMR_RUNTIME__;
  if (!vue) return import.meta.hot.invalidate('Vue is a build for production, which can not change components');
  const component = next.default;
  const parts = component.__parts ?? {};
  const sameScript = parts.script === _sfc_parts.script && !_sfc_others;
  if (!sameScript) vue.reload(component.__hmrId, component);
  else if (parts.template !== _sfc_parts.template) vue.rerender(component.__hmrId, component.render);
  else if (parts.places === _sfc_parts.places) vue.reload(component.__hmrId, component);
});`;
}
