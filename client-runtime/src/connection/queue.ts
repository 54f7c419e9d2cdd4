// Updates are applied one after the other. What modules say in the course of one, that they can't take
// it after all, is told to the server when it is over, all at once.

import { say } from '../shared/console.ts';
import { emit } from '../shared/events.ts';
import type { Update } from './protocol.ts';

export type TellInvalidated = (modules: Record<string, string>, rev: number) => void;

export class UpdateQueue {
  private last: Promise<unknown> = Promise.resolve();
  private invalidated: Record<string, string> = {};
  /** The update that is being applied; 0 between two. */
  private rev = 0;
  private applied = 0;
  private readonly run: (update: Update) => Promise<void>;
  private readonly tell: TellInvalidated;

  /** `run` never rejects. */
  constructor(run: (update: Update) => Promise<void>, tell: TellInvalidated) {
    this.run = run;
    this.tell = tell;
  }

  add(update: Update): void {
    this.last = this.last.then(async () => {
      this.rev = update.rev;
      this.applied++;
      await this.run(update);
      this.rev = 0;
      this.flush(update.rev);
    });
  }

  /** Run something when all updates that are here have been applied. */
  after(run: () => void | Promise<void>): void {
    this.last = this.last.then(run);
  }

  invalidate(path: string, message: string): void {
    if (this.applied === 0) {
      // As the page loads there is nothing to go back on, and a reload would come to the same point.
      say.warn(`${path} invalidated itself before any update: ignored`);
      return;
    }
    if (this.rev === 0 && Object.keys(this.invalidated).length === 0) {
      queueMicrotask(() => this.flush(0));
    }
    this.invalidated[path] = message;
    void emit('hotreload:invalidate', { path, message });
  }

  private flush(rev: number): void {
    const modules = this.invalidated;
    if (Object.keys(modules).length === 0) return;
    this.invalidated = {};
    this.tell(modules, rev);
  }
}
