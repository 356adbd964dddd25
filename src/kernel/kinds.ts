/**
 * Which kind of kernel speaks: where its Spark is, and so how it is asked. Pure.
 * The table for people is `docs/kernels.md`. Must not know of encryption.
 */

export type KernelKind =
  /** An ipykernel: Spark is in the process, or reached from it. */
  | 'python'
  /** sparkmagic's PySpark kernel: Spark is in a Livy session. */
  | 'sparkmagic'
  /** The Python kernel of AWS Glue interactive sessions. */
  | 'glue'
  /** By its name it may be one of the two above; it has not said yet. */
  | 'undetermined'
  | 'other';

/** What is known of a kernel: its kind, and the language to name where it is another one. */
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

/** By the kernel's own word, `language_info.name`. */
export function kindOf(language: string): IKernelKind {
  const name = language.toLowerCase();
  return { kind: KINDS.get(name) ?? 'other', language: name };
}

/**
 * By the kernel's specification, before the kernel has said anything.
 *
 * @param language - of the specification; the kernels of sparkmagic and of Glue
 *   say `python` there
 * @param name - of the kernel
 * @returns null where the specification says nothing
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
