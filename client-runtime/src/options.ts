// What the user has set for the pages; hotreload/options.py has the same.

export interface Options {
  /** Show what is wrong with the source, over the page. */
  overlay: boolean;
}

export const options: Options = { overlay: true };

/** Take over what the server was told; to be called before anything else. */
export function configure(given: Partial<Options>): void {
  Object.assign(options, given);
}
