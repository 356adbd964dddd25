/** A connection to a kernel that answers what, when and in which order a spec wants. */

import { Signal } from '@lumino/signaling';

export class FakeKernel {
  readonly id: string = 'k';
  readonly name = 'python3';
  readonly clientId: string = 'me';
  readonly status = 'idle';
  readonly isDisposed = false;
  /** It never says what it is. */
  readonly info: Promise<object> = new Promise<never>(() => undefined);
  readonly statusChanged = new Signal<this, string>(this);
  readonly connectionStatusChanged = new Signal<this, string>(this);
  readonly iopubMessage = new Signal<this, object>(this);
  /** The requests that wait for their reply, the oldest first. */
  open: ((content: unknown) => void)[] = [];

  /** A future whose reply comes from `reply`. */
  wait(): object {
    const done = new Promise(resolve => {
      this.open.push(content => {
        resolve({ content });
      });
    });
    return { done, dispose: () => undefined };
  }

  /** Answer one of the requests that wait; nothing if none does. */
  reply(which: number, content: unknown): void {
    this.open.splice(which % (this.open.length || 1), 1)[0]?.(content);
  }
}
