/** What few notebooks need, in a fold whose title says what of it is chosen; and a profile in one line. */

import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { METHOD, METHODS } from '../../contract/profile';
import type { Method, Profile } from '../../encryption/profile/profile';
import type { Writer } from '../../encryption/profile/writers';
import { useTrans } from '../../i18n';
import { Button, Section } from '../ui/parts';
import { Unbroken } from '../ui/unbroken';
import { methodName, profileName } from '../ui/words';
import { draftOf, type IDraft } from './draft';

/** One object for each rare method: a fold is opened by another object. */
const OPENERS: Readonly<Partial<Record<Method, object>>> = Object.fromEntries(
  METHODS.filter(method => METHOD[method].rare).map(method => [method, {}])
);

/** Do few notebooks use it? */
export function isRare(method: Method): boolean {
  return method in OPENERS;
}

function writerNames(
  writers: readonly Writer[],
  trans: TranslationBundle
): string[] {
  const names = {
    python: trans.__('Python writers'),
    iceberg: trans.__('Iceberg catalogs')
  };
  return writers.map(writer => names[writer]);
}

/** The fold; open if the method is in it. */
export function More(props: {
  draft: IDraft;
  children: React.ReactNode;
}): React.JSX.Element {
  const trans = useTrans();
  const { method, writers } = props.draft;
  const chosen = [
    ...(method !== null && isRare(method) ? [methodName(method, trans)] : []),
    ...writerNames(writers, trans)
  ];
  return (
    <Section
      minor
      opener={method === null ? null : OPENERS[method]}
      title={
        chosen.length > 0
          ? trans.__('More: %1', chosen.join(', '))
          : trans.__('More')
      }
    >
      {props.children}
    </Section>
  );
}

/** What is chosen, in one line, with the button that opens the form. */
export function Chosen(props: {
  profile: Profile;
  /** Nothing can be changed: the form only shows. */
  locked: boolean;
  onOpen: () => void;
}): React.JSX.Element {
  const trans = useTrans();
  const { profile } = props;
  const { context, rules, writers } = draftOf(profile);
  const parts = [
    profileName(profile, trans, true),
    ...(context.length > 0
      ? [
          trans._n(
            '%1 context pair',
            '%1 context pairs',
            context.length,
            context.length
          )
        ]
      : []),
    ...(rules.length > 0
      ? [trans._n('%1 rule', '%1 rules', rules.length, rules.length)]
      : []),
    ...writerNames(writers, trans)
  ];
  return (
    <div className="jp-S3Encryption-chosen">
      <span>
        {profile.name !== undefined && (
          <>
            <strong>{profile.name}</strong>
            {': '}
          </>
        )}
        <Unbroken text={parts.join(' · ')} />
      </span>
      <Button expanded={false} onClick={props.onOpen}>
        {props.locked ? trans.__('Show') : trans.__('Change')}
      </Button>
    </div>
  );
}

/** Takes a profile along as Python. */
export function CodeLinks(props: {
  profile: Profile;
  onCode: (profile: Profile, to: 'copy' | 'cell') => void;
}): React.JSX.Element {
  const trans = useTrans();
  return (
    <>
      <Button
        kind="link"
        onClick={() => {
          props.onCode(props.profile, 'copy');
        }}
      >
        {trans.__('Copy as code')}
      </Button>
      <Button
        kind="link"
        onClick={() => {
          props.onCode(props.profile, 'cell');
        }}
      >
        {trans.__('Insert as cell')}
      </Button>
    </>
  );
}
