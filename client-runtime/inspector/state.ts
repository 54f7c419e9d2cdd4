// What the server says of itself; the same as in hotreload/inspector/state.py.

export interface PageState {
  address: string;
  page: string;
  modules: number;
  ready: boolean;
  failed: boolean;
}

export interface ModuleState {
  url: string;
  static: string[];
  dynamic: string[];
  self_accepting: boolean;
  accepts: string[];
  version: string;
  pages: number;
  touched: boolean;
  broken: boolean;
}

export interface Said {
  number: number;
  time: number;
  level: string;
  kind: string;
  text: string;
  fact: Record<string, unknown>;
}

export interface ProblemState {
  owner: string;
  kind: string;
  message: string;
  line: number;
  column: number;
  frame: string;
}

export interface SettingState {
  name: string;
  value: string;
  origin: string;
}

export interface State {
  moment: string;
  release: string;
  project: string;
  boot: string;
  rev: number;
  pages: PageState[];
  modules: ModuleState[];
  said: Said[];
  problems: ProblemState[];
  settings: SettingState[];
}
