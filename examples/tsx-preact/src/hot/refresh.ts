// Preact components that are replaced while they are mounted, and keep what their hooks hold.

import { type Component, type ComponentType, createElement, type FunctionComponent } from 'preact';

interface Place {
  outer?: ComponentType<any>;
  inner?: FunctionComponent<any>;
  latest?: FunctionComponent<any>;
  hooks?: string;
  mounted: Set<Component>;
}

/**
 * A component that stays the same for whoever uses it, whatever its module becomes.
 *
 * If other hooks are called than before, what they held can't be kept: the component starts anew.
 */
export function refreshable<Props>(
  hot: ImportMeta['hot'],
  name: string,
  component: FunctionComponent<Props>,
): FunctionComponent<Props> {
  if (!hot) return component;
  const places: Record<string, Place> = (hot.data.refreshable ??= {});
  const place = (places[name] ??= { mounted: new Set() });
  const hooks = String(component).match(/\buse[A-Z]\w*/g)?.join() ?? '';
  if (place.hooks !== hooks) {
    place.hooks = hooks;
    place.inner = (props) => place.latest!(props);
  }
  place.latest = component;
  place.outer ??= function (this: Component, props: Props) {
    place.mounted.add(this);
    this.componentWillUnmount = () => place.mounted.delete(this);
    return createElement(place.inner!, props as any);
  } as FunctionComponent<Props>;
  for (const mounted of place.mounted) mounted.forceUpdate();
  return place.outer as FunctionComponent<Props>;
}
