/** The state of a form with one address: its text, and whether its error shows. */

import * as React from 'react';

interface ILocationForm {
  readonly text: string;
  /** The message at the field; undefined until the form is submitted. */
  readonly message: string | undefined;
  edit: (text: string) => void;
  onSubmit: (event: React.FormEvent) => void;
}

/**
 * @param options.initial - shown until something is typed
 * @param options.validate - the message for a text; null if it is right
 * @param options.refused - the kernel's message for the text that was sent
 * @param options.send - gets the trimmed text once it is right
 */
export function useLocationForm(options: {
  initial: string;
  validate: (text: string) => string | null;
  refused?: string | undefined;
  send: (text: string) => void;
}): ILocationForm {
  const [typed, setTyped] = React.useState<string | null>(null);
  const [attempted, setAttempted] = React.useState(false);
  const text = typed ?? options.initial;
  const wrong = options.validate(text.trim());
  return {
    text,
    message: attempted ? (wrong ?? options.refused) : undefined,
    edit: value => {
      setTyped(value);
      setAttempted(false);
    },
    onSubmit: event => {
      event.preventDefault();
      setAttempted(true);
      if (wrong === null) {
        options.send(text.trim());
      }
    }
  };
}
