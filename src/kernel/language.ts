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
export function specLanguage(
  context: Pick<ISessionContext, 'specsManager'>,
  kernel: Pick<Kernel.IKernelConnection, 'name'>
): string | null {
  const specs = context.specsManager.specs?.kernelspecs;
  const language = specs?.[kernel.name]?.language;
  return language ? language.toLowerCase() : null;
}

/**
 * The language that the running kernel names, in lower case.
 *
 * Rejects where the kernel dies first.
 */
export async function languageOf(
  kernel: Pick<Kernel.IKernelConnection, 'info'>
): Promise<string> {
  const info = await kernel.info;
  return info.language_info.name.toLowerCase();
}
