// Try another step, or another text on the button. The count stays.
import { describe } from './words.js';

const step = 1;

const button = document.querySelector('#count');
const comment = document.querySelector('#comment');
let count = import.meta.hot?.data.count ?? 0;
let words = describe;

function render() {
  button.textContent = count;
  comment.textContent = words(count);
}

function click() {
  count += step;
  render();
}

button.addEventListener('click', click);
render();

if (import.meta.hot) {
  // When this module changes, the next instance goes on where this one stopped.
  import.meta.hot.accept();
  import.meta.hot.dispose((data) => {
    button.removeEventListener('click', click);
    data.count = count;
  });

  // When words.js changes, this module need not run again.
  import.meta.hot.accept('./words.js', (next) => {
    words = next.describe;
    render();
  });
}
