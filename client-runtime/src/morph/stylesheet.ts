import { hasAttribute } from './members.ts';

/** Links that are still shown because the one that takes their place hasn't loaded. */
const retiring = new WeakMap<Element, Element[]>();

/** Puts `fresh` after `link`, which goes only when `fresh` has loaded, so that nothing flashes. */
export function swapStylesheet(link: HTMLLinkElement, fresh: HTMLLinkElement): void {
  const old = [...(retiring.get(link) ?? []), link];
  retiring.delete(link);
  const retire = () => {
    retiring.delete(fresh);
    for (const element of old) element.remove();
  };
  retiring.set(fresh, old);
  fresh.addEventListener('load', retire, { once: true });
  fresh.addEventListener('error', retire, { once: true });
  link.after(fresh);
  const loads = fresh.relList.contains('stylesheet') && hasAttribute(fresh, 'href');
  if (fresh.disabled || !loads) retire();
}

/** To be called when a link is removed: what it was to take the place of goes with it. */
export function dropRetiring(node: Node): void {
  if (!(node instanceof Element)) return;
  for (const element of retiring.get(node) ?? []) element.remove();
  retiring.delete(node);
}
