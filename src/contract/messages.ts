/**
 * How the domain gets translated text without knowing who translates it.
 *
 * A `TranslationBundle` of JupyterLab fits `ITranslate`; without one, messages
 * are plain English.
 */

/** Translates a message; `%1`, `%2`, … are replaced by the arguments. */
export interface ITranslate {
  __(message: string, ...args: string[]): string;
}

/** The message as it is written in the source, with its arguments filled in. */
export const ENGLISH: ITranslate = {
  __: (message, ...args) =>
    message.replace(
      /%(\d)/g,
      (whole, n: string) => args[Number(n) - 1] ?? whole
    )
};
