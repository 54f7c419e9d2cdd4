// What a module has said it accepts.

export type Namespace = Record<string, unknown>;

/** One call of accept. */
export interface Acceptance {
  /** The dependencies it waits for; null where the module accepts itself. */
  deps: readonly string[] | null;
  /** The exports that may change; null where all may. */
  exports: readonly string[] | null;
  /** What is called with the new version of `accepted`. */
  run(loaded: Namespace, accepted: string): unknown;
  /** Told when the new version could not be loaded. */
  failed?(error: unknown, accepted: string): unknown;
}
