// The callbacks of the esm-hmr specification, which Snowpack had: they take `{module, deps}` where
// Vite's take the module. Nothing but how such a callback is written tells the two apart.

import type { Acceptance, Namespace } from './acceptance.ts';

type Callback = (...modules: unknown[]) => unknown;

/** A function whose first parameter takes `module` or `deps` out of an object. */
const takesObject =
  /^(?:async\b\s*)?(?:function\b[^(]*)?\(\s*\{(?:[^}]*[,\s])?(?:module|deps)\s*[,:=}\s]/;

/**
 * How to call a callback of that kind, or null for any other.
 *
 * @param own gets the module's own instance, where dependencies are accepted
 * @param list the dependencies, where the callback was given a list
 */
export function esmHmr(
  callback: Callback,
  own: (() => Promise<Namespace>) | null,
  list: readonly string[] | null,
): Acceptance['run'] | null {
  if (!takesObject.test(Function.prototype.toString.call(callback))) return null;
  return async (loaded, accepted) => {
    // A module that exports these names means them.
    if (list === null && ('module' in loaded || 'deps' in loaded)) return callback(loaded);
    const deps = list?.map((dep) => (dep === accepted ? loaded : undefined)) ?? [loaded];
    return callback(own ? { module: await own(), deps } : { module: loaded, deps: [] });
  };
}
