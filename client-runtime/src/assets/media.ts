// Films and sounds whose file changed: they go on where they were.

import { say } from '../shared/console.ts';

/**
 * Let a `<video>` or `<audio>` load anew, by `load`, and play on as it did.
 *
 * All of it is asked for at once, not when the file is there: whoever seeks or saves meanwhile finds the element as it was.
 */
export function playOn(media: HTMLMediaElement, load: () => void): void {
  const { currentTime, paused, playbackRate } = media;
  load();
  media.currentTime = currentTime;
  media.playbackRate = playbackRate;
  if (!paused) media.play().catch((error) => say.debug('a film can not be played on', error));
  // One that plays by itself would begin anew, though somebody has stopped it.
  else if (currentTime > 0) media.pause();
}
