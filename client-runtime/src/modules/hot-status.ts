// How far the current update is, in webpack's words.

import { attempt } from '../shared/events.ts';

export type Status = 'idle' | 'prepare' | 'ready' | 'dispose' | 'apply' | 'fail';
export type StatusHandler = (status: Status) => unknown;

class Course {
  now: Status = 'idle';
  readonly handlers: StatusHandler[] = [];

  async become(next: Status): Promise<void> {
    if (this.now === next) return;
    this.now = next;
    for (const handler of [...this.handlers]) {
      await attempt('a status handler', () => handler(next));
    }
  }
}

export const status = new Course();
