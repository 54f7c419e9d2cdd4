// Events that a listener can prevent, heard by modules and by anybody in the page.

import { emit, patience } from './events.ts';

/** How long listeners may keep an error from being shown, in milliseconds. */
export const errorPatience = 500;

/**
 * Tell of something that is about to happen; returns whether a listener prevented it.
 *
 * @param most how long listeners may take to decide, in milliseconds
 */
export async function isPrevented(
  event: string,
  domEvent: string,
  detail: object,
  most = patience,
): Promise<boolean> {
  let prevented = false;
  const preventDefault = () => {
    prevented = true;
  };
  const late = new Promise((resolve) => setTimeout(resolve, most));
  await Promise.race([emit(event, { ...detail, preventDefault }), late]);
  const dispatched = new CustomEvent(domEvent, { cancelable: true, detail });
  return !document.dispatchEvent(dispatched) || prevented;
}
