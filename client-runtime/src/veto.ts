// Events that a listener can prevent, heard by modules and by anybody in the page.

import { emit } from './events.ts';

/** Tell of something that is about to happen; returns whether a listener prevented it. */
export async function isPrevented(
  event: string,
  domEvent: string,
  detail: object,
): Promise<boolean> {
  let prevented = false;
  const preventDefault = () => {
    prevented = true;
  };
  await emit(event, { ...detail, preventDefault });
  const dispatched = new CustomEvent(domEvent, { cancelable: true, detail });
  return !document.dispatchEvent(dispatched) || prevented;
}
