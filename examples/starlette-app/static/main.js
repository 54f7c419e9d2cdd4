import { text } from './clock.js';

const started = Date.now();
const place = document.querySelector('#clock');

let tell = text;
const timer = setInterval(() => {
  place.textContent = tell(Math.round((Date.now() - started) / 1000));
}, 200);

import.meta.hot?.accept('./clock.js', (clock) => {
  tell = clock.text;
});
import.meta.hot?.dispose(() => clearInterval(timer));
