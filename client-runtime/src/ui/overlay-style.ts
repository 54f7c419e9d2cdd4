// How the overlay looks, beside what all our parts have in common.

export const overlayCss = `
[popover] { inset: 0 0 var(--taken, 0px); margin: auto; width: min(60rem, 94vw); height: fit-content;
  max-height: min(90vh, calc(100vh - 20px - var(--taken, 0px))); overflow: auto; border-top: 4px solid var(--alarm); z-index: 2147483647; }
header { position: sticky; top: 0; display: flex; gap: .75rem; align-items: center;
  padding: .75rem 1rem; background: var(--back); }
h1 { flex: 1; margin: 0; font-size: 1rem; color: var(--alarm); }
section { padding: 0 1rem 1rem; }
h2 { margin: 0 0 .25rem; font-size: .95rem; overflow-wrap: anywhere; }
.kind { color: var(--alarm); }
p { margin: 0 0 .5rem; white-space: pre-wrap; overflow-wrap: anywhere; }
pre { margin: 0 0 .5rem; padding: .75rem 0; overflow-x: auto; border-radius: 4px;
  background: var(--code); font: inherit; }
pre span { display: block; width: fit-content; min-width: 100%; box-sizing: border-box;
  padding: 0 .75rem; }
.here { background: var(--here); }
.mark { color: var(--alarm); font-style: normal; }
ol { margin: 0; padding: 0 0 0 1rem; list-style: none; color: var(--muted); overflow-wrap: anywhere; }
footer { padding: 0 1rem .75rem; color: var(--muted); font-size: .85rem; }
`;
