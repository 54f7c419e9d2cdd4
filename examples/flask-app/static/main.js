import { counted } from './count.js';

const field = document.querySelector('#text');
const show = (text) => {
  const output = document.querySelector('#count');
  if (output) output.textContent = text;
};

let count = counted;
const update = () => field && show(count(field.value));
field?.addEventListener('input', update);
update();

import.meta.hot?.accept('./count.js', (module) => {
  count = module.counted;
  update();
});
