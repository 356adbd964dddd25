/** Detects the kind of a kernel: at once by its kernelspec, and after its start by its own answer. */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';

import { guessKind, kindOf, type IKernelKind } from './kinds';

/** By kernel connection: after a restart the kind is the same. */
const knownKinds = new WeakMap<object, IKernelKind>();

/**
 * Detect the kind of a kernel.
 *
 * The first result may be a guess: the kernel's own answer comes too late for a
 * request ahead of the first cell.
 *
 * @param onKind - called synchronously, with null if nothing is known yet; called
 *   again if the kernel's own answer differs
 */
export function detectKind(
  context: Pick<ISessionContext, 'specsManager'>,
  kernel: Pick<Kernel.IKernelConnection, 'name' | 'info'>,
  onKind: (kind: IKernelKind | null) => void
): void {
  const specs = context.specsManager.specs?.kernelspecs;
  const expected =
    knownKinds.get(kernel) ??
    guessKind(specs?.[kernel.name]?.language, kernel.name);
  onKind(expected);
  kernel.info.then(
    info => {
      const found = kindOf(info.language_info.name);
      knownKinds.set(kernel, found);
      if (
        found.kind !== expected?.kind ||
        found.language !== expected.language
      ) {
        onKind(found);
      }
    },
    // The kernel died before it answered: the watcher reports that.
    () => undefined
  );
}
