// The frames of the socket, as in hotreload/live/protocol.py; a test holds the two together.

export const VERSION = 1;
export const SUBPROTOCOL = 'hotreload';
export const TOKEN_PREFIX = 'hr.';

/** Hash of a module's source, and the version in the URL under which the page has it. */
export type Held = readonly [hash: string, v: string];

/** What a module accepts; fields that say nothing are left out. */
export interface AcceptanceState {
  itself?: boolean;
  deps?: string[];
  exports?: string[];
  declined?: string[];
}

export type FromPage =
  | {
      type: 'hello';
      version: number;
      project: string;
      boot: string;
      rev: number;
      page: string;
      hash: string;
      modules: Record<string, Held>;
      resources: Record<string, string>;
      acceptances: Record<string, AcceptanceState>;
      maps: string[];
    }
  | {
      type: 'hold';
      modules: Record<string, Held>;
      resources: Record<string, string>;
      acceptances: Record<string, AcceptanceState>;
      maps: string[];
    }
  | { type: 'ack'; rev: number; result: AckResult; ms: number; reason: string }
  | { type: 'ping' }
  | { type: 'invalidate'; modules: Record<string, string>; rev: number }
  | { type: 'load-failed'; path: string; message: string }
  | { type: 'console'; level: Level; text: string; place: string }
  | { type: 'custom'; event: string; data: unknown }
  | { type: 'sync'; id: string }
  | { type: 'checked'; key: string; parses: boolean };

/** The methods of the console that are told. */
export type Level = 'debug' | 'info' | 'log' | 'warn' | 'error';

export type AckResult = 'applied' | 'ignored' | 'reloading' | 'refused' | 'failed';

export interface ModuleUpdate {
  path: string;
  v: string;
  hash: string;
  /** Null where it was preloaded. */
  code: string | null;
}

export interface BoundaryUpdate {
  path: string;
  accepted: string;
  /** What runs again imports itself in a circle: if that fails, only a fresh load helps. */
  circular: boolean;
}

export interface StyleUpdate {
  path: string;
  hash: string;
  css: string | null;
  /** The addresses under which modules import it with the type `css`. */
  imported: string[];
}

export interface PageUpdate {
  path: string;
  hash: string;
  html: string | null;
}

export interface AssetUpdate {
  path: string;
  hash: string;
}

export interface Reload {
  reason: string;
  chain: string[];
}

export interface ProblemState {
  owner: string;
  kind: string;
  message: string;
  line: number | null;
  column: number | null;
  frame: string;
}

export interface Welcome {
  type: 'welcome';
  version: number;
  project: string;
  boot: string;
  rev: number;
  resources: Record<string, string>;
}

export interface Update {
  type: 'update';
  rev: number;
  modules: ModuleUpdate[];
  fresh: ModuleUpdate[];
  boundaries: BoundaryUpdate[];
  pruned: string[];
  aliases: Record<string, string>;
  styles: StyleUpdate[];
  /** The order of the stylesheets that modules import, where it may have changed. */
  order: string[];
  pages: PageUpdate[];
  assets: AssetUpdate[];
  /** What changed of that which an app renders the page from: fetch the page again. */
  refetch: string[];
  reload: Reload | null;
}

/** What will run again if `path` is what changes next, to be loaded until then. */
export interface Preload {
  type: 'preload';
  path: string;
  v: string;
  /** Whether `path` has a default export. */
  default: boolean;
  modules: ModuleUpdate[];
}

export interface Problems {
  type: 'problems';
  problems: ProblemState[];
}

/** Does a text parse, as a module or, where it may be `classic`, as a script? */
export interface Check {
  type: 'check';
  key: string;
  classic: boolean;
}

export interface Synced {
  type: 'synced';
  id: string;
  rev: number;
  waiting: number;
}

export type ToPage =
  | Welcome
  | Update
  | Preload
  | Problems
  | Check
  | { type: 'pong' }
  | { type: 'custom'; event: string; data: unknown }
  | Synced;
