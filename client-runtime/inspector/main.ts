// The inspector's page: asks for the server's state, waits for the next, and shows it.
import { chooseDrawn } from './choose.ts';
import { draw } from './draw.ts';
import type { State } from './state.ts';
import { moduleTable, pageTable, problemList, saidTable, settingTable } from './tables.ts';

const RETRY_MS = 1000;

let shown: State | undefined;

async function follow(): Promise<never> {
  let moment = '';
  for (;;) {
    try {
      const answer = await fetch(`./state?after=${encodeURIComponent(moment)}`);
      if (!answer.ok) throw new Error(await answer.text());
      shown = (await answer.json()) as State;
      moment = shown.moment;
      show(shown);
    } catch (error) {
      // The server may be restarting. Its next state is not the one this page has.
      moment = '';
      say(`The server does not answer: ${error instanceof Error ? error.message : error}`);
      await new Promise((done) => setTimeout(done, RETRY_MS));
    }
  }
}

function show(state: State): void {
  put('release', document.createTextNode(state.release));
  say(
    `revision ${state.rev} · ${count(state.pages.length, 'page')} · ` +
      `${count(state.modules.length, 'module')} · ${count(state.problems.length, 'error')}`,
  );
  put('problems', problemList(state.problems));
  put('pages', pageTable(state.pages));
  put('updates', saidTable(state.said));
  put('modules', moduleTable(state.modules));
  put('settings', settingTable(state.settings));
  showGraph(state);
}

function showGraph(state: State): void {
  const drawn = chooseDrawn(state.modules, filter().value);
  const all = state.modules.length;
  const note = drawn.length < all ? `${drawn.length} of ${all} modules are drawn.` : '';
  put('graph-note', document.createTextNode(note));
  put('graph', draw(drawn));
}

function filter(): HTMLInputElement {
  return byId('filter') as HTMLInputElement;
}

function say(text: string): void {
  const summary = byId('summary');
  // A screen reader reads out every assignment, whether the text is new or not.
  if (summary.textContent !== text) summary.textContent = text;
}

function put(id: string, content: Node): void {
  byId(id).replaceChildren(content);
}

function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the inspector's page has no #${id}`);
  return found;
}

function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

filter().addEventListener('input', () => {
  if (shown) showGraph(shown);
});
void follow();
