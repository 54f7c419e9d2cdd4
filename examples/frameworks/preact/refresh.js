// Preact components that are replaced while they are mounted, and keep what their hooks hold.

import { createElement } from 'preact';

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
    known.mounted.add(this);
    this.componentWillUnmount = () => known.mounted.delete(this);
    return createElement(known.inner, props);
  };
  for (const mounted of known.mounted) mounted.forceUpdate();
  return known.outer;
}
