// Where each module of the graph is drawn: importers left of what they import. Pure.
import type { ModuleState } from './state.ts';

export interface Place {
  module: ModuleState;
  column: number;
  row: number;
}

export interface Drawing {
  places: Map<string, Place>;
  columns: number;
  rows: number;
}

const SWEEPS = 4;

// Layers by the longest way from a module that nothing imports; in each layer, modules stand as near
// to the mean row of their importers as their order allows (the barycentre method of Sugiyama,
// Tagawa and Toda, 1981).
export function layOut(modules: ModuleState[]): Drawing {
  const shown = new Map(modules.map((module) => [module.url, module]));
  const columns = columnsOf(shown);
  const layers: ModuleState[][] = [];
  for (const module of modules) {
    const column = columns.get(module.url) ?? 0;
    layers[column] ??= [];
    layers[column].push(module);
  }
  const importers = importersOf(shown);
  const rows = new Map<string, number>();
  for (const layer of layers) {
    layer.forEach((module, row) => {
      rows.set(module.url, row);
    });
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const layer of layers) {
      const wanted = new Map(layer.map((m) => [m, mean(m.url, importers, rows)]));
      layer.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0));
      layer.forEach((module, row) => {
        rows.set(module.url, row);
      });
    }
  }
  const places = new Map<string, Place>();
  layers.forEach((layer, column) => {
    layer.forEach((module, row) => {
      places.set(module.url, { module, column, row });
    });
  });
  return { places, columns: layers.length, rows: Math.max(0, ...layers.map((l) => l.length)) };
}

export function dependencies(module: ModuleState): string[] {
  return [...module.static, ...module.dynamic];
}

// The longest way from a module that nothing imports, where edges that close a circle don't count.
function columnsOf(shown: Map<string, ModuleState>): Map<string, number> {
  const order: string[] = [];
  const entered = new Set<string>();
  const visit = (url: string) => {
    const module = shown.get(url);
    if (!module || entered.has(url)) return;
    entered.add(url);
    for (const dependency of dependencies(module)) visit(dependency);
    order.unshift(url);
  };
  const imported = new Set([...shown.values()].flatMap(dependencies));
  for (const url of shown.keys()) if (!imported.has(url)) visit(url);
  // What only circles lead to.
  for (const url of shown.keys()) visit(url);
  const rank = new Map(order.map((url, index) => [url, index]));
  const columns = new Map(order.map((url) => [url, 0]));
  for (const module of order.flatMap((url) => shown.get(url) ?? [])) {
    const column = (columns.get(module.url) ?? 0) + 1;
    for (const url of dependencies(module)) {
      const onward = (rank.get(url) ?? -1) > (rank.get(module.url) ?? 0);
      if (onward) columns.set(url, Math.max(column, columns.get(url) ?? 0));
    }
  }
  return columns;
}

function importersOf(shown: Map<string, ModuleState>): Map<string, string[]> {
  const importers = new Map<string, string[]>();
  for (const module of shown.values()) {
    for (const url of dependencies(module)) {
      importers.set(url, [...(importers.get(url) ?? []), module.url]);
    }
  }
  return importers;
}

function mean(url: string, importers: Map<string, string[]>, rows: Map<string, number>): number {
  const found = (importers.get(url) ?? []).flatMap((i) => rows.get(i) ?? []);
  if (!found.length) return rows.get(url) ?? 0;
  return found.reduce((sum, row) => sum + row, 0) / found.length;
}
