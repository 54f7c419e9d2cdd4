// Which modules are drawn: a drawing of a thousand shows nothing. Pure.
import { dependencies } from './layout.ts';
import type { ModuleState } from './state.ts';

export const MOST_DRAWN = 120;

// Those whose path has the text, with what they import and what imports them; else those nearest to
// what changed last, then the project's own before its packages.
export function chooseDrawn(modules: ModuleState[], text: string): ModuleState[] {
  const wanted = text.trim().toLowerCase();
  if (wanted) {
    const named = modules.filter((module) => module.url.toLowerCase().includes(wanted));
    return withNeighbours(modules, named).slice(0, MOST_DRAWN);
  }
  if (modules.length <= MOST_DRAWN) return modules;
  const touched = modules.filter((module) => module.touched || module.broken);
  const own = modules.filter((module) => !module.url.startsWith('/node_modules/'));
  const chosen = new Set([...withNeighbours(modules, touched), ...own, ...modules]);
  return [...chosen].slice(0, MOST_DRAWN);
}

function withNeighbours(modules: ModuleState[], centre: ModuleState[]): ModuleState[] {
  const urls = new Set(centre.map((module) => module.url));
  const imported = new Set(centre.flatMap(dependencies));
  const near = modules.filter(
    (m) => !urls.has(m.url) && (imported.has(m.url) || dependencies(m).some((d) => urls.has(d))),
  );
  return [...centre, ...near];
}
