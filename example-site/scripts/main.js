// The page's only script. It accepts no changes: when it changes, the page reloads.
import './counter.js';
import './live.js';
