/**
 * What a kernel speaks: as its specification says, at once, and as the kernel
 * itself says, after its start. Must not know of encryption.
 */

import type { ISessionContext } from '@jupyterlab/apputils';
import type { Kernel } from '@jupyterlab/services';

/**
 * The language in the kernel's specification, in lower case; null where none is
 * given. It is a first guess: waiting for the kernel's own word would come too
 * late to be ahead of the first cell.
 */
function specLanguage(
  context: Pick<ISessionContext, 'specsManager'>,
  kernel: Pick<Kernel.IKernelConnection, 'name'>
): string | null {
  const specs = context.specsManager.specs?.kernelspecs;
  const language = specs?.[kernel.name]?.language;
  return language ? language.toLowerCase() : null;
}

/**
 * Find out what a kernel speaks.
 *
 * @param told - called at once, synchronously, with the language of the
 *   specification, or null where it names none; called again with the kernel's
 *   own word where that differs. Languages are in lower case.
 */
export function askLanguage(
  context: Pick<ISessionContext, 'specsManager'>,
  kernel: Pick<Kernel.IKernelConnection, 'name' | 'info'>,
  told: (language: string | null) => void
): void {
  const expected = specLanguage(context, kernel);
  told(expected);
  kernel.info.then(
    info => {
      const language = info.language_info.name.toLowerCase();
      if (language !== expected) {
        told(language);
      }
    },
    // A kernel that dies before it says what it speaks: the watcher tells.
    () => undefined
  );
}
