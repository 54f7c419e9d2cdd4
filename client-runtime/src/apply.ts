// An update's way through the page: plan, dispose, evaluate, accept, prune. One after the other, and
// whatever a module's own code throws stops nothing else.

import { refreshAssets, updateAsset } from './assets/assets.ts';
import { nothing, wasFetched, wasRead } from './assets/fetched.ts';
import { handOver } from './assets/hand-over.ts';
import { showUnserved } from './assets/unserved.ts';
import type { AckResult, BoundaryUpdate, PageUpdate, Update } from './connection/protocol.ts';
import { thrown } from './errors/thrown.ts';
import type { Acceptance, Namespace } from './modules/acceptance.ts';
import type { Hot } from './modules/hot.ts';
import { status } from './modules/hot-status.ts';
import { alias, fetchBy, type Import, link } from './modules/link.ts';
import type { Modules } from './modules/modules.ts';
import type { Page } from './page/page.ts';
import { reload, wasReloadedFor } from './page/reload.ts';
import type { RenderedPage } from './page/rendered.ts';
import { tellData } from './page/told-data.ts';
import { isSafePath } from './shared/address.ts';
import { say } from './shared/console.ts';
import { attempt, emit, inTime, patience } from './shared/events.ts';
import { arrangeStyles, expectOrder } from './styles/module-styles.ts';
import { updateStyle } from './styles/styles.ts';

export interface Outcome {
  result: AckResult;
  reason: string;
}

export interface ApplyHost {
  modules: Modules;
  page: Page;
  /** Null where the page is a file. */
  rendered: RenderedPage | null;
  /** Settles to whether pushed code can be linked without a request. */
  canLink: Promise<boolean>;
  noteHash(path: string, hash: string): void;
  /** Whether what the page holds at a path is known to have this hash. */
  holds(path: string, hash: string): boolean;
}

interface Boundary extends BoundaryUpdate {
  acceptances: Acceptance[];
}

/** The update after which a page is fetched anew, and nothing else is done. */
export function refetchOf(changed: string, rev: number): Update {
  const nothing = { modules: [], fresh: [], boundaries: [], pruned: [], styles: [], order: [] };
  const refetch = [changed];
  return {
    type: 'update',
    rev,
    ...nothing,
    aliases: {},
    pages: [],
    assets: [],
    refetch,
    reload: null,
  };
}

/** The update as listeners get it: ours, with what Vite's have in theirs. */
function payload(update: Update) {
  const timestamp = Date.now();
  const updates = [
    ...update.boundaries.map(({ path, accepted }) => ({ type: 'js-update', path, accepted })),
    ...update.styles.map(({ path }) => ({ type: 'css-update', path, accepted: path })),
  ].map(({ type, path, accepted }) => ({ type, path, acceptedPath: accepted, timestamp }));
  return { ...update, updates };
}

export async function apply(update: Update, host: ApplyHost): Promise<Outcome> {
  const stranger = paths(update).find((path) => !isSafePath(path));
  if (stranger !== undefined) return { result: 'refused', reason: `not a path: ${stranger}` };
  const told = payload(update);
  await emit('hotreload:beforeUpdate', told);
  if (update.reload) return reloaded(await reload(update.reload), update.reload.reason);
  let shown = update.styles.length + update.pages.length + update.boundaries.length > 0;
  // Before the stylesheets that name them by new addresses: those the page then has.
  for (const asset of update.assets) {
    const never = host.holds(asset.path, nothing);
    const isHeld = host.holds(asset.path, asset.hash) || host.modules.loaded.has(asset.path);
    host.modules.noteAsset(asset.path, asset.hash);
    // Before it is asked for: should it not come, that is what was heard last.
    host.noteHash(asset.path, asset.hash);
    if (await updateAsset(asset.path, version(asset.hash, never))) shown = true;
    else if (wasFetched(asset.path) && !isHeld) {
      if (await handOver(asset.path, asset.hash)) {
        shown = true;
        continue;
      }
      // Something may keep it from coming, a blocker perhaps: it will not come the next time either.
      if (!never || !wasReloadedFor(loadAnew(asset.path))) return onlyLoad(asset.path);
      host.noteHash(asset.path, nothing);
    }
  }
  for (const style of update.styles) {
    const never = host.holds(style.path, nothing);
    const isHeld = host.holds(style.path, style.hash);
    host.noteHash(style.path, style.hash);
    const found = await updateStyle(style, version(style.hash, never));
    const isRead = wasRead(style.path) || (!found && wasFetched(style.path));
    if (isRead && !isHeld && !(await handOver(style.path, style.hash))) return onlyLoad(style.path);
  }
  let vetoed = '';
  const morphs = update.pages.map(({ path }, i) => ({
    path,
    morph: () => host.page.update(update.pages[i] as PageUpdate),
  }));
  if (update.refetch.length > 0 && host.rendered) {
    const { rendered } = host;
    const path = update.refetch.join(', ');
    morphs.push({ path, morph: () => rendered.refetch(update.refetch) });
  }
  for (const { path, morph } of morphs) {
    const morphed = await morph();
    if (morphed.kind === 'applied') await tellData(morphed.data);
    if (morphed.kind === 'vetoed') vetoed = `a listener kept ${path} from being morphed`;
    if (morphed.kind !== 'reload') continue;
    const { reason } = morphed;
    return reloaded(await reload({ reason, chain: [path] }), reason);
  }
  if (update.styles.length + morphs.length > 0) await refreshAssets();
  if (update.refetch.length > 0) {
    const reason = await showUnserved(update.refetch);
    if (reason) return reloaded(await reload({ reason, chain: [] }), reason);
  }
  expectOrder(update.order);
  const leaving = instances(update.pruned, host.modules);
  const failures = await applyModules(update, host);
  if (failures.length > 0 && update.boundaries.some(({ circular }) => circular)) {
    const reason = `modules that import each other in a circle could not run again: ${failures[0]}`;
    return reloaded(await reload({ reason, chain: [] }), reason);
  }
  await prune(leaving, host.modules);
  if (update.order.length > 0) arrangeStyles();
  await emit('hotreload:afterUpdate', told);
  if (failures.length > 0) return { result: 'failed', reason: failures.join('; ') };
  if (vetoed) return { result: 'refused', reason: vetoed };
  return { result: shown || update.pruned.length > 0 ? 'applied' : 'ignored', reason: '' };
}

async function applyModules(update: Update, host: ApplyHost): Promise<string[]> {
  const { modules } = host;
  const pushed = [...update.modules, ...update.fresh];
  const aliases = Object.keys(update.aliases).length > 0;
  const linkable = (pushed.length > 0 || aliases) && (await host.canLink);
  if (linkable && aliases) alias(update.aliases, modules);
  if (update.modules.length === 0) return [];
  await status.become('prepare');
  const boundaries = update.boundaries.flatMap((boundary) => find(boundary, modules));
  const before = new Map(update.modules.map(({ path }) => [path, modules.loaded.get(path)?.hot]));
  await status.become('ready');
  await status.become('dispose');
  for (const { path } of update.modules) await dispose(path, modules);
  await status.become('apply');
  const load = linkable ? link(pushed) : fetchBy(pushed);
  modules.replace(pushed);
  const failures: string[] = [];
  const loaded: (Namespace | null)[] = [];
  for (const boundary of boundaries) {
    const result = await evaluate(boundary, load);
    if (result.failure !== null) failures.push(result.failure);
    loaded.push(result.module);
  }
  if (failures.length > 0) keepAcceptances(before, modules);
  for (const [i, boundary] of boundaries.entries()) {
    const module = loaded[i];
    if (module) await accept(boundary, module);
  }
  await status.become(failures.length > 0 ? 'fail' : 'idle');
  return failures;
}

async function evaluate(
  boundary: Boundary,
  load: Import,
): Promise<{ module: Namespace | null; failure: string | null }> {
  const { path, accepted, acceptances } = boundary;
  try {
    const loading = load(accepted) as Promise<Namespace>;
    const late = () => {
      loading.catch((error) => say.error(`${accepted} could not be loaded`, error));
      throw new Error(`it has not finished loading in ${patience / 1000} s`);
    };
    const module = await inTime(loading, late, accepted);
    return { module, failure: null };
  } catch (error) {
    say.error(`${accepted} could not be loaded`, error);
    thrown(error);
    for (const { failed } of acceptances) {
      if (failed) await attempt(`an error handler of ${path}`, () => failed(error, accepted));
    }
    return { module: null, failure: `${accepted}: ${error}` };
  }
}

/** The instances that stay because the next ones failed are the ones to be asked the next time. */
function keepAcceptances(before: ReadonlyMap<string, Hot | undefined>, modules: Modules): void {
  for (const [path, old] of before) {
    const hot = modules.loaded.get(path)?.hot;
    if (hot && old && hot !== old && hot.acceptances.length === 0)
      hot.acceptances = old.acceptances;
  }
}

/** What a boundary's callbacks are now: its new instance will have others. */
function find(boundary: BoundaryUpdate, modules: Modules): Boundary[] {
  const hot = modules.loaded.get(boundary.path)?.hot;
  if (!hot) return [];
  const itself = boundary.path === boundary.accepted;
  const acceptances = hot.acceptances.filter(({ deps }) =>
    itself ? deps === null : deps?.includes(boundary.accepted),
  );
  return [{ ...boundary, acceptances }];
}

async function dispose(path: string, modules: Modules): Promise<void> {
  const hot = modules.loaded.get(path)?.hot;
  if (hot) await disposeOf(path, hot);
}

async function disposeOf(path: string, hot: Hot): Promise<void> {
  // Once only, even if the instance stays because the next one could not be evaluated.
  for (const disposer of hot.disposers.splice(0)) {
    await attempt(`a dispose callback of ${path}`, () => disposer(hot.data));
  }
  hot.retire();
}

async function accept(boundary: Boundary, loaded: Namespace): Promise<void> {
  const { path, accepted, acceptances } = boundary;
  for (const { run } of acceptances) {
    await attempt(`an accept callback of ${path}`, () => run(loaded, accepted));
  }
  say.debug(`updated ${accepted}${path === accepted ? '' : ` via ${path}`}`);
}

function instances(paths: readonly string[], modules: Modules): ReadonlyMap<string, Hot> {
  const found = new Map<string, Hot>();
  for (const path of paths) {
    const hot = modules.loaded.get(path)?.hot;
    if (hot) found.set(path, hot);
  }
  return found;
}

/** Let go of instances, but not of what the update's own code has imported again meanwhile. */
async function prune(leaving: ReadonlyMap<string, Hot>, modules: Modules): Promise<void> {
  if (leaving.size === 0) return;
  await emit('hotreload:beforePrune', { type: 'prune', paths: [...leaving.keys()] });
  for (const [path, hot] of leaving) await disposeOf(path, hot);
  for (const [path, hot] of leaving) {
    for (const pruner of hot.pruners) {
      await attempt(`a prune callback of ${path}`, () => pruner(hot.data));
    }
    if (modules.loaded.get(path)?.hot === hot) modules.forget(path);
  }
}

/** What to ask for a file by; browsers may not ask again by an address by which it did not come. */
function version(hash: string, never: boolean): string {
  return never ? `${hash}.${Date.now().toString(36)}` : hash;
}

function loadAnew(path: string): string {
  return `${path} is used by this page and can only be loaded anew`;
}

async function onlyLoad(path: string): Promise<Outcome> {
  const reason = loadAnew(path);
  return reloaded(await reload({ reason, chain: [path] }), reason);
}

function reloaded(happens: boolean, reason: string): Outcome {
  return { result: happens ? 'reloading' : 'refused', reason };
}

function paths(update: Update): string[] {
  return [
    ...update.modules.map(({ path }) => path),
    ...update.fresh.map(({ path }) => path),
    ...update.boundaries.flatMap(({ path, accepted }) => [path, accepted]),
    ...update.pruned,
    ...Object.entries(update.aliases).flat(),
    ...update.styles.map(({ path }) => path),
    ...update.pages.map(({ path }) => path),
    ...update.assets.map(({ path }) => path),
  ];
}
