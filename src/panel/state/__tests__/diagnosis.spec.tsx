/** What went wrong, as the panel shows it. */

import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import { diagnose } from '../../../encryption/diagnosis';
import { WentWrong } from '../diagnosis';

const KEY =
  'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const DENIED = `User: arn:aws:sts::111122223333:assumed-role/Emr/i-1 is not authorized to perform: kms:GenerateDataKey on resource: ${KEY} because no identity-based policy allows the kms:GenerateDataKey action`;

function open(text: string) {
  const onCopy = jest.fn<undefined, [string]>();
  const onDismiss = jest.fn();
  render(
    <WentWrong
      diagnosis={diagnose(text)!}
      onCopy={onCopy}
      onDismiss={onDismiss}
    />
  );
  return { onCopy, onDismiss };
}

it('says cause, who can fix it and what to add', () => {
  const { onCopy } = open(DENIED);
  const section = screen.getByRole('region', { name: 'What went wrong' });
  expect(section.textContent).toContain('role/Emr is not allowed to use');
  expect(section.textContent).toContain('Whoever manages the role');
  fireEvent.click(screen.getByRole('button', { name: 'Copy the statement' }));
  const statement = JSON.parse(onCopy.mock.calls[0]![0]) as object;
  expect(statement).toMatchObject({ Effect: 'Allow', Resource: KEY });
});

it.each([
  ['resource-based', 'For the key policy', /manages the KMS key/],
  ['session', 'For the session policy', /issues the credentials/],
  ['permissions boundary', 'For the permissions boundary', /of the account/]
])('says that a statement is %s', (kind, label, who) => {
  const policy = kind.endsWith('boundary') ? kind : `${kind} policy`;
  open(DENIED.replace('identity-based policy', policy));
  expect(screen.getByText(label)).toBeTruthy();
  expect(screen.getByText(who)).toBeTruthy();
  expect(screen.getByText(/come from the output of a cell/)).toBeTruthy();
});

it('lists what else was refused', () => {
  open(`${DENIED.replace(/GenerateDataKey/g, 'Decrypt')}\n${DENIED}`);
  expect(screen.getByRole('listitem').textContent).toContain('kms:Decrypt');
});

it('shows no statement if none would help', () => {
  open(`KMS.DisabledException: ${KEY} is disabled.`);
  expect(screen.queryByRole('button', { name: /statement/ })).toBeNull();
  expect(screen.getByText(/manages the KMS key/)).toBeTruthy();
});

it('shows the words of the error, and goes away when it was read', () => {
  const { onDismiss } = open(DENIED);
  expect(screen.getByText(/not authorized to perform/)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  expect(onDismiss).toHaveBeenCalled();
});
