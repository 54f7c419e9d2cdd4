// What the user has set for the pages; hotreload/project/options.py has the same.

export interface Options {
  /** Show what is wrong with the source, over the page. */
  overlay: boolean;
  /** Show uncaught errors of the page's own scripts, in a corner of it. */
  errors: boolean;
  /** What to do where only a reload helps. */
  reload: 'auto' | 'ask' | 'never';
  /** Files named in the overlay can be opened in the user's editor. */
  editor: boolean;
  /** Tell the server what the page says in its console. */
  console: boolean;
  /** Show in a corner when the page has lost its server. */
  status: boolean;
  /** Scroll to what an edit of the page has changed, and mark it for a moment. */
  highlight: boolean;
  /** Seconds of silence after which each side makes sure of the other. */
  heartbeat: number;
}

export const options: Options = {
  overlay: true,
  errors: true,
  reload: 'auto',
  editor: false,
  console: false,
  status: true,
  highlight: false,
  heartbeat: 20,
};

/** Take over what the server was told; to be called before anything else. */
export function configure(given: Partial<Options>): void {
  Object.assign(options, given);
}
