// The module graph as SVG. Every text comes from the project, so none of it is ever markup.
import { dependencies, layOut, type Place } from './layout.ts';
import type { ModuleState } from './state.ts';

const SVG = 'http://www.w3.org/2000/svg';
const CHARACTER = 7.9;
const PADDING = 10;
const GAP = 70;
const HEIGHT = 26;
const STEP = 38;
const MARGIN = 16;
const LONGEST = 34;

export function draw(modules: ModuleState[]): SVGSVGElement {
  const { places, columns, rows } = layOut(modules);
  const lefts = leftEdges([...places.values()], columns);
  const svg = element('svg', {
    width: lefts.total,
    height: rows * STEP + 2 * MARGIN,
    role: 'img',
    'aria-label': `${modules.length} modules and what they import; the same as the table below`,
  });
  const at = (place: Place) => ({
    x: (lefts.of[place.column] ?? 0) + MARGIN,
    y: place.row * STEP + MARGIN,
  });
  for (const place of places.values()) {
    for (const url of dependencies(place.module)) {
      const target = places.get(url);
      if (target) svg.append(edge(place, at(place), target, at(target)));
    }
  }
  for (const place of places.values()) svg.append(box(place.module, at(place)));
  return svg;
}

interface Point {
  x: number;
  y: number;
}

function edge(from: Place, start: Point, to: Place, end: Point): SVGElement {
  const x = start.x + width(from.module);
  const y = start.y + HEIGHT / 2;
  const bend = Math.max(GAP / 2, Math.abs(end.x - x) / 2);
  const endY = end.y + HEIGHT / 2;
  const path = element('path', {
    d: `M${x} ${y} C${x + bend} ${y} ${end.x - bend} ${endY} ${end.x} ${endY}`,
  });
  if (from.module.dynamic.includes(to.module.url)) path.classList.add('lazy');
  if (from.module.accepts.includes(to.module.url)) path.classList.add('accepted');
  return path;
}

function box(module: ModuleState, { x, y }: Point): SVGElement {
  const group = element('g', {});
  group.classList.toggle('boundary', module.self_accepting || module.accepts.length > 0);
  group.classList.toggle('touched', module.touched);
  group.classList.toggle('broken', module.broken);
  group.classList.toggle('unused', module.pages === 0);
  const title = element('title', {});
  title.textContent = module.url;
  const text = element('text', { x: x + PADDING, y: y + 17 });
  text.textContent = label(module.url);
  group.append(title, element('rect', { x, y, width: width(module), height: HEIGHT, rx: 4 }), text);
  return group;
}

// The end of a path says most.
function label(url: string): string {
  return url.length > LONGEST ? `…${url.slice(1 - LONGEST)}` : url;
}

function width(module: ModuleState): number {
  return label(module.url).length * CHARACTER + 2 * PADDING;
}

function leftEdges(places: Place[], columns: number): { of: number[]; total: number } {
  const of: number[] = [];
  let x = 0;
  for (let column = 0; column < columns; column++) {
    of.push(x);
    const here = places.filter((place) => place.column === column);
    x += Math.max(0, ...here.map((place) => width(place.module))) + GAP;
  }
  return { of, total: Math.max(0, x - GAP) + 2 * MARGIN };
}

function element<Name extends keyof SVGElementTagNameMap>(
  name: Name,
  attributes: Record<string, string | number>,
): SVGElementTagNameMap[Name] {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  return made;
}
