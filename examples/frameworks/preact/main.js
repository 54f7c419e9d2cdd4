import { html, render } from 'htm/preact';
import { Counter } from './counter.js';

render(html`<${Counter} step=${1} />`, document.querySelector('main'));
