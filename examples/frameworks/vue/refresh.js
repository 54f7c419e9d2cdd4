// Vue components that are replaced while they are mounted, by the hooks of Vue's development build.

import { compile } from 'vue';

/**
 * A component that takes the place of its former version. If only its template is different, every
 * instance keeps its state; else the instances start anew.
 */
export function refreshable(hot, name, component) {
  const runtime = globalThis.__VUE_HMR_RUNTIME__;
  if (!hot || !runtime) return component;
  hot.data.logic ??= {};
  const id = (component.__hmrId = name);
  const now = logic(component);
  if (!runtime.createRecord(id, component)) {
    const render = component.render ?? compile(component.template);
    if (hot.data.logic[name] === now) runtime.rerender(id, render);
    else runtime.reload(id, component);
  }
  hot.data.logic[name] = now;
  return component;
}

function logic(component) {
  const parts = Object.entries(component).filter(([key]) => !/^(template|render|__.*)$/.test(key));
  return JSON.stringify(parts, (_, value) => (typeof value === 'function' ? `${value}` : value));
}
