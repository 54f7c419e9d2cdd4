// How everything of ours looks, in light and dark. Contrasts are checked by a test.

export const baseCss = `
:host { all: initial !important; }
[popover] {
  all: revert; box-sizing: border-box; position: fixed; padding: 0; border: 0;
  border-radius: 6px; box-shadow: 0 0 0 1px #8884, 0 8px 40px #0006;
  font: 14px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; text-align: start;
  --text: #1d1d22; --back: #fff; --muted: #55555f; --alarm: #b00020; --code: #f3f3f6;
  --here: #fbdfe2; --line: #85858f; --focus: #0a5fd0;
  color: var(--text); background: var(--back); color-scheme: light;
}
@media (prefers-color-scheme: dark) {
  [popover] {
    --text: #e8e8ee; --back: #1b1b20; --muted: #b4b4c0; --alarm: #ff8a97; --code: #26262d;
    --here: #4a2228; --line: #85858f; --focus: #7db4ff; color-scheme: dark;
  }
}
button { font: inherit; padding: .15rem .6rem; border: 1px solid var(--line); border-radius: 4px;
  background: none; color: inherit; cursor: pointer; }
button:hover { background: var(--code); }
button.place { border: 0; padding: 0; text-align: start; text-decoration: underline; }
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
.heard { position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }
`;
