/** Text in which names of methods and the ends of keys are never broken across lines. */

import * as React from 'react';

/** `…444455556666`, `SSE-KMS`; the parentheses keep them when the text is split. */
const WHOLE = /(…[\w-]{6,40}|\b[A-Z]{2,4}-(?:KMS|S3|C)\b)/;

export function Unbroken({ text }: { text: string }): React.JSX.Element {
  return (
    <>
      {text.split(WHOLE).map((part, index) =>
        index % 2 === 1 ? (
          <span key={index} className="jp-S3Encryption-unbroken">
            {part}
          </span>
        ) : (
          part
        )
      )}
    </>
  );
}
