import { html } from 'htm/react';
import { useState } from 'react';
import { refreshable } from './refresh.js';

export const Counter = refreshable(import.meta.hot, 'Counter', ({ step }) => {
  const [count, setCount] = useState(0);
  return html`<button onClick=${() => setCount(count + step)}>Count: ${count}</button>`;
});

import.meta.hot?.accept();
