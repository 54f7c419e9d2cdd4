// Tables and lists. Every text comes from the project, so none of it is ever markup.
import type { ModuleState, PageState, ProblemState, Said, SettingState } from './state.ts';

export function pageTable(pages: PageState[]): HTMLElement {
  return table(
    ['Address', 'File', 'Modules', 'State'],
    pages.map((p) => [p.address, p.page, String(p.modules), pageWord(p)]),
    'No page is open.',
  );
}

export function saidTable(said: Said[]): HTMLElement {
  const rows = said.toReversed().map((s) => {
    const { ms } = s.fact;
    return [clock(s.time), s.kind, s.text, typeof ms === 'number' ? `${ms.toFixed(1)} ms` : ''];
  });
  return table(['Time', 'What', 'Line', 'Save to screen'], rows, 'Nothing has changed yet.');
}

export function moduleTable(modules: ModuleState[]): HTMLElement {
  const rows = modules.map((m) => {
    const accepts = [...(m.self_accepting ? ['itself'] : []), ...m.accepts];
    const lazy = m.dynamic.map((url) => `${url} (lazily)`);
    const imports = [...m.static, ...lazy].join(', ');
    return [m.url, imports, accepts.join(', '), String(m.pages), m.version];
  });
  return table(['Module', 'Imports', 'Accepts', 'Pages', 'Version'], rows, 'No module is loaded.');
}

export function settingTable(settings: SettingState[]): HTMLElement {
  const rows = settings.map((s) => [s.name, s.value, s.origin]);
  return table(['Setting', 'Value', 'From'], rows, '');
}

export function problemList(problems: ProblemState[]): HTMLElement {
  if (!problems.length) return note('None.');
  const list = document.createElement('div');
  for (const problem of problems) {
    const item = document.createElement('div');
    item.className = 'problem';
    const place = problem.line
      ? `${problem.owner}:${problem.line}:${problem.column}`
      : problem.owner;
    const text = document.createElement('pre');
    text.textContent = [place, problem.message, problem.frame].filter(Boolean).join('\n');
    item.append(text);
    list.append(item);
  }
  return list;
}

function pageWord(page: PageState): string {
  if (page.failed) return 'could not load a module';
  return page.ready ? 'connected' : 'reloading';
}

function clock(seconds: number): string {
  return new Date(seconds * 1000).toLocaleTimeString();
}

function note(text: string): HTMLElement {
  const paragraph = document.createElement('p');
  paragraph.className = 'none';
  paragraph.textContent = text;
  return paragraph;
}

function table(heads: string[], rows: string[][], empty: string): HTMLElement {
  if (!rows.length) return note(empty);
  const made = document.createElement('table');
  const head = made.createTHead().insertRow();
  for (const text of heads) {
    const cell = document.createElement('th');
    cell.scope = 'col';
    cell.textContent = text;
    head.append(cell);
  }
  const body = made.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    for (const text of row) line.insertCell().textContent = text;
  }
  return made;
}
