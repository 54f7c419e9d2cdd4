// An update's way through the page: plan, dispose, evaluate, accept, prune. One after the other, and
// whatever a module's own code throws stops nothing else.

import { isSafePath } from './address.ts';
import { updateAsset } from './assets.ts';
import { say } from './console.ts';
import { attempt, emit } from './events.ts';
import { wasFetched } from './fetched.ts';
import type { Acceptance, Hot } from './hot.ts';
import { alias, fetchBy, link } from './link.ts';
import type { Modules } from './modules.ts';
import type { Page } from './page.ts';
import type { AckResult, BoundaryUpdate, Update } from './protocol.ts';
import { reload } from './reload.ts';
import { updateStyle } from './styles.ts';

export interface Outcome {
  result: AckResult;
  reason: string;
}

export interface ApplyHost {
  modules: Modules;
  page: Page;
  /** Settles to whether pushed code can be linked without a request. */
  canLink: Promise<boolean>;
  noteHash(path: string, hash: string): void;
  /** Whether what the page holds at a path is known to have this hash. */
  holds(path: string, hash: string): boolean;
}

interface Boundary extends BoundaryUpdate {
  hot: Hot;
  acceptances: Acceptance[];
}

export async function apply(update: Update, host: ApplyHost): Promise<Outcome> {
  const stranger = paths(update).find((path) => !isSafePath(path));
  if (stranger !== undefined) return { result: 'refused', reason: `not a path: ${stranger}` };
  await emit('hotreload:beforeUpdate', update);
  if (update.reload) return reloaded(await reload(update.reload), update.reload.reason);
  let shown = update.styles.length + update.pages.length + update.boundaries.length > 0;
  for (const style of update.styles) {
    await updateStyle(style);
    host.noteHash(style.path, style.hash);
  }
  for (const asset of update.assets) {
    const isHeld = host.holds(asset.path, asset.hash) || host.modules.loaded.has(asset.path);
    host.modules.noteAsset(asset.path, asset.hash);
    if (updateAsset(asset)) {
      shown = true;
    } else if (wasFetched(asset.path) && !isHeld) {
      const reason = `${asset.path} is used by this page and can only be loaded anew`;
      return reloaded(await reload({ reason, chain: [asset.path] }), reason);
    }
    host.noteHash(asset.path, asset.hash);
  }
  let vetoed = '';
  for (const page of update.pages) {
    const morphed = await host.page.update(page);
    if (morphed.kind === 'vetoed') vetoed = `a listener kept ${page.path} from being morphed`;
    if (morphed.kind !== 'reload') continue;
    const { reason } = morphed;
    return reloaded(await reload({ reason, chain: [page.path] }), reason);
  }
  const failures = await applyModules(update, host);
  await prune(update.pruned, host.modules);
  await emit('hotreload:afterUpdate', update);
  if (failures.length > 0) return { result: 'failed', reason: failures.join('; ') };
  if (vetoed) return { result: 'refused', reason: vetoed };
  return { result: shown || update.pruned.length > 0 ? 'applied' : 'ignored', reason: '' };
}

async function applyModules(update: Update, host: ApplyHost): Promise<string[]> {
  const pushed = [...update.modules, ...update.fresh];
  const aliases = Object.keys(update.aliases).length > 0;
  const linkable = (pushed.length > 0 || aliases) && (await host.canLink);
  if (linkable && aliases) alias(update.aliases, host.modules);
  host.modules.expect(pushed);
  const boundaries = update.boundaries.flatMap((b) => find(b, host.modules));
  for (const { path } of update.modules) await dispose(path, host.modules);
  const failures: string[] = [];
  const load = linkable ? link(pushed) : fetchBy(pushed);
  const loaded: (unknown | undefined)[] = [];
  for (const { accepted } of boundaries) {
    try {
      loaded.push(await load(accepted));
    } catch (error) {
      failures.push(`${accepted}: ${error}`);
      say.error(`${accepted} could not be loaded`, error);
      loaded.push(undefined);
    }
  }
  for (const [i, boundary] of boundaries.entries()) {
    if (loaded[i] !== undefined) await accept(boundary, loaded[i]);
  }
  return failures;
}

/** What a boundary's callbacks are now: its new instance will have others. */
function find(boundary: BoundaryUpdate, modules: Modules): Boundary[] {
  const hot = modules.loaded.get(boundary.path)?.hot;
  if (!hot) return [];
  const itself = boundary.path === boundary.accepted;
  const acceptances = hot.acceptances.filter(({ deps }) =>
    itself ? deps.length === 0 : deps.includes(boundary.accepted),
  );
  return [{ ...boundary, hot, acceptances }];
}

async function dispose(path: string, modules: Modules): Promise<void> {
  const hot = modules.loaded.get(path)?.hot;
  if (!hot) return;
  // Once only, even if the instance stays because the next one could not be evaluated.
  for (const disposer of hot.disposers.splice(0)) {
    await attempt(`a dispose callback of ${path}`, () => disposer(hot.data));
  }
  hot.retire();
}

async function accept({ path, accepted, acceptances }: Boundary, loaded: unknown): Promise<void> {
  for (const { deps, list, callback } of acceptances) {
    const argument = list ? deps.map((dep) => (dep === accepted ? loaded : undefined)) : loaded;
    await attempt(`an accept callback of ${path}`, () => callback(argument));
  }
  say.debug(`updated ${accepted}${path === accepted ? '' : ` via ${path}`}`);
}

async function prune(pruned: readonly string[], modules: Modules): Promise<void> {
  if (pruned.length === 0) return;
  await emit('hotreload:beforePrune', { paths: pruned });
  for (const path of pruned) await dispose(path, modules);
  for (const path of pruned) {
    const hot = modules.loaded.get(path)?.hot;
    for (const pruner of hot?.pruners ?? []) {
      await attempt(`a prune callback of ${path}`, () => pruner(hot?.data ?? {}));
    }
    modules.forget(path);
  }
}

function reloaded(happens: boolean, reason: string): Outcome {
  return { result: happens ? 'reloading' : 'refused', reason };
}

function paths(update: Update): string[] {
  return [
    ...update.modules.map(({ path }) => path),
    ...update.fresh.map(({ path }) => path),
    ...update.boundaries.flatMap(({ path, accepted }) => [path, accepted]),
    ...Object.entries(update.aliases).flat(),
    ...update.styles.map(({ path }) => path),
    ...update.assets.map(({ path }) => path),
  ];
}
