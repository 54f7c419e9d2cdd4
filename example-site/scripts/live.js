// Shows how long this page has been open, and what changed in it last.

const open = document.querySelector('#open');
const last = document.querySelector('#last');

function tick() {
  const seconds = Math.floor(performance.now() / 1000);
  open.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}

tick();
const timer = setInterval(tick, 1000);

if (import.meta.hot) {
  import.meta.hot.accept();
  import.meta.hot.dispose(() => clearInterval(timer));
  import.meta.hot.on('hotreload:afterUpdate', ({ modules, styles, pages, assets }) => {
    const changed = [...modules, ...styles, ...pages, ...assets];
    if (changed.length > 0) last.textContent = changed.map(({ path }) => path).join(', ');
  });
}
