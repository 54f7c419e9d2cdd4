// Films and sounds whose file changed: they go on where they were.

import { say } from './console.ts';

/** Let a `<video>` or `<audio>` load anew, by `load`, and play on as it did. */
export function playOn(media: HTMLMediaElement, load: () => void): void {
  const { currentTime, paused, playbackRate } = media;
  media.addEventListener(
    'loadedmetadata',
    () => {
      media.currentTime = Math.min(currentTime, media.duration || 0);
      media.playbackRate = playbackRate;
      if (!paused) media.play().catch((error) => say.debug('a film can not be played on', error));
    },
    { once: true },
  );
  load();
}
