/**
 * The kinds of kernels: where their Spark runs, and so how to talk to them. Pure.
 * `docs/kernels.md` describes them.
 */

export type KernelKind =
  /** An ipykernel: Spark is in the process, or reached from it. */
  | 'python'
  /** sparkmagic's PySpark kernel: Spark is in a Livy session. */
  | 'sparkmagic'
  /** The Python kernel of AWS Glue interactive sessions. */
  | 'glue'
  /** By its name it may be one of the two above; it has not reported its language yet. */
  | 'undetermined'
  | 'other';

/** What is known of a kernel: its kind, and its language for the message if it is not supported. */
export interface IKernelKind {
  readonly kind: KernelKind;
  /** In lower case. */
  readonly language: string;
}

const KINDS: ReadonlyMap<string, KernelKind> = new Map([
  ['python', 'python'],
  ['pyspark', 'sparkmagic'],
  ['python_glue_session', 'glue']
]);

/** The kind by the kernel's own `language_info.name`. */
export function kindOf(language: string): IKernelKind {
  const name = language.toLowerCase();
  return { kind: KINDS.get(name) ?? 'other', language: name };
}

/** May a kernel be one of Glue, by its name? */
export function mayBeGlue(name: string): boolean {
  return /glue/i.test(name);
}

/**
 * The likely kind by the kernelspec, before the kernel has answered.
 *
 * @param language - of the kernelspec; it is `python` for sparkmagic and Glue too
 * @param name - of the kernel
 * @returns null if the kernelspec names no language
 */
export function guessKind(
  language: string | null | undefined,
  name: string
): IKernelKind | null {
  if (!language) {
    return null;
  }
  const found = kindOf(language);
  const remote = /spark|livy|glue|emr/i.test(name);
  return found.kind === 'python' && remote
    ? { ...found, kind: 'undetermined' }
    : found;
}
