/** The cause of the last error, who can fix it, and the statement to add. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Actor, IDiagnosis, PolicyName } from '../../encryption/diagnosis';
import { DocumentationLink } from '../ui/outside';
import { Button, CopyButton, Section } from '../ui/parts';
import { useTrans } from '../../i18n';

function actorWords(who: Actor, trans: TranslationBundle): string {
  switch (who) {
    case 'you':
      return trans.__('You can fix this.');
    case 'administrator-of-the-role':
      return trans.__('Whoever manages the role in IAM can fix this.');
    case 'administrator-of-the-key':
      return trans.__('Whoever manages the KMS key can fix this.');
    case 'owner-of-the-bucket':
      return trans.__('The owner of the bucket can fix this.');
    case 'administrator-of-the-account':
      return trans.__('An administrator of the account can fix this.');
    case 'issuer-of-the-session':
      return trans.__(
        'Whoever manages what issues the credentials can fix this.'
      );
    case 'operator-of-the-store':
      return trans.__('Whoever runs the store can fix this.');
  }
}

function policyWords(name: PolicyName, trans: TranslationBundle): string {
  switch (name) {
    case 'policy of the role':
      return trans.__('For a policy of the role');
    case 'key policy':
      return trans.__('For the key policy');
    case 'bucket policy':
      return trans.__('For the bucket policy');
    case 'access point policy':
      return trans.__('For the policy of the access point');
    case 'session policy':
      return trans.__('For the session policy');
    case 'permissions boundary':
      return trans.__('For the permissions boundary');
  }
}

export function WentWrong(props: {
  diagnosis: IDiagnosis;
  onCopy: (text: string) => void;
  onDismiss: () => void;
}): React.JSX.Element {
  const trans = useTrans();
  const id = React.useId();
  const { diagnosis } = props;
  const { statement } = diagnosis;
  return (
    <section
      className="jp-S3Encryption-wrong"
      aria-labelledby={`${id}-title`}
      data-code={diagnosis.code}
    >
      <h3 id={`${id}-title`}>{trans.__('What went wrong')}</h3>
      <p role="status">{diagnosis.cause}</p>
      <p>
        <strong>{actorWords(diagnosis.who, trans)}</strong> {diagnosis.what}
      </p>
      {statement && (
        <>
          <div className="jp-S3Encryption-codeHead">
            {policyWords(statement.goesInto, trans)}
            <CopyButton
              label={trans.__('Copy the statement')}
              text={statement.text}
              onCopy={props.onCopy}
            />
          </div>
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a box that scrolls must be reachable by keyboard */}
          <pre tabIndex={0}>{statement.text}</pre>
        </>
      )}
      {diagnosis.also && (
        <>
          <p>{trans.__('Also in this output:')}</p>
          <ul>
            {diagnosis.also.map(cause => (
              <li key={cause}>{cause}</li>
            ))}
          </ul>
        </>
      )}
      <Section title={trans.__('In the error message')} minor>
        {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- as above */}
        <pre tabIndex={0}>{diagnosis.evidence}</pre>
      </Section>
      <div className="jp-S3Encryption-buttons">
        <Button onClick={props.onDismiss}>{trans.__('Dismiss')}</Button>
        <DocumentationLink page="cluster/diagnosis.md" section="error-texts" />
      </div>
    </section>
  );
}
