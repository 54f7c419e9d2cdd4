import './hot-elements.js';
import './lit-counter.js';
import './plain-counter.js';
