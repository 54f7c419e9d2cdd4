import html, { title } from './post.md';

function show(html, title) {
  document.title = title;
  document.querySelector('article').innerHTML = html;
}

show(html, title);

import.meta.hot?.accept('./post.md', (post) => show(post.default, post.title));
