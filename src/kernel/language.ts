/**
 * Finds out which kind of kernel there is: by its specification, at once, and
 * by its own word, after its start. Must not know of encryption.
 */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';

import { guessKind, kindOf, type IKernelKind } from './kinds';

/** What a kernel has said; the next process of the same connection says the same. */
const knownKinds = new WeakMap<object, IKernelKind>();

/**
 * Find out what a kernel speaks.
 *
 * The first answer may be a guess: waiting for the kernel's own word would come
 * too late to be ahead of the first cell.
 *
 * @param told - called at once, synchronously, with null where it cannot be
 *   told yet; called again with the kernel's own word where that differs
 */
export function detectKind(
  context: Pick<ISessionContext, 'specsManager'>,
  kernel: Pick<Kernel.IKernelConnection, 'name' | 'info'>,
  told: (kind: IKernelKind | null) => void
): void {
  const specs = context.specsManager.specs?.kernelspecs;
  const expected =
    knownKinds.get(kernel) ??
    guessKind(specs?.[kernel.name]?.language, kernel.name);
  told(expected);
  kernel.info.then(
    info => {
      const found = kindOf(info.language_info.name);
      knownKinds.set(kernel, found);
      if (
        found.kind !== expected?.kind ||
        found.language !== expected.language
      ) {
        told(found);
      }
    },
    // A kernel that dies before it says what it speaks: the watcher tells.
    () => undefined
  );
}
