/**
 * How the domain gets translated text without knowing who translates it.
 *
 * A `TranslationBundle` of JupyterLab fits `ITranslate`; without one, messages
 * are plain English.
 */

/** Looks a message up; `%1`, `%2`, … stand for the arguments, `%%` for one `%`. */
export interface ITranslate {
  __(message: string, ...args: string[]): string;
}

/** A sentence that is not said yet: whoever shows it knows the language. */
export type Say = (trans: ITranslate) => string;

/** The message as it is written in the source, with its arguments filled in. */
export const ENGLISH: ITranslate = {
  __: (message, ...args) =>
    message.replace(/%(%|\d+)/g, (whole, n: string) =>
      n === '%' ? n : (args[Number(n) - 1] ?? whole)
    )
};
