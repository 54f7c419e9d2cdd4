// Runs in every document before the page's own scripts, and tells the benchmark when the text (or,
// while asked to, the colour) of #out changes. The server under test needs to know nothing of it.
{
  const send = globalThis.__benchReport;
  const now = () => performance.timeOrigin + performance.now();
  const out = () => document.querySelector("#out");
  let text;

  const report = (value, applied) => {
    requestAnimationFrame(() => {
      send(JSON.stringify({ value, applied, painted: now(), origin: performance.timeOrigin }));
    });
  };

  new MutationObserver(() => {
    const value = out()?.textContent;
    if (value === undefined || value === text) return;
    text = value;
    report(value, now());
  }).observe(document, { subtree: true, childList: true, characterData: true });

  // No event tells that a style has changed. A timer or a frame would be too coarse: a message to
  // oneself comes back within microseconds, and lets every other task in between.
  globalThis.__benchWatchColor = () => {
    const color = () => getComputedStyle(out()).color;
    const before = color();
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      const value = color();
      if (value === before) port2.postMessage(0);
      else report(value, now());
    };
    port2.postMessage(0);
    return before;
  };
}
