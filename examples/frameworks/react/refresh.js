// React components that are replaced while they are mounted, and keep what their hooks hold.

import { createElement, useEffect, useReducer } from 'react';

/**
 * A component that stays the same for whoever uses it, whatever its module becomes.
 *
 * If other hooks are called than before, what they held can't be kept: the component starts anew.
 */
export function refreshable(hot, name, component) {
  if (!hot) return component;
  hot.data.refreshable ??= {};
  const known = (hot.data.refreshable[name] ??= { mounted: new Set() });
  const hooks = String(component).match(/\buse[A-Z]\w*/g)?.join() ?? '';
  if (known.hooks !== hooks) {
    known.hooks = hooks;
    known.inner = (props) => known.latest(props);
  }
  known.latest = component;
  known.outer ??= function Refreshable(props) {
    const [, update] = useReducer((times) => times + 1, 0);
    useEffect(() => {
      known.mounted.add(update);
      return () => known.mounted.delete(update);
    }, []);
    return createElement(known.inner, props);
  };
  for (const update of known.mounted) update();
  return known.outer;
}
