import { html } from 'htm/react';
import { createRoot } from 'react-dom/client';
import { Counter } from './counter.js';

createRoot(document.querySelector('main')).render(html`<${Counter} step=${1} />`);
