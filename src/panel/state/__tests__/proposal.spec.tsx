/** Before the user agrees to a proposal, all that it would apply is on the screen. */

import { render, screen } from '@testing-library/react';
import * as React from 'react';

import type { Profile } from '../../../encryption/profile/profile';
import { KEY } from '../../__tests__/fixtures';
import { Proposal } from '../proposal';

const ALL: Profile = {
  name: 'Finance',
  method: 'dsse-kms',
  kmsKeyId: KEY,
  encryptionContext: { team: 'sales' },
  buckets: {
    raw: { method: 'sse-s3' },
    lake: { method: 'sse-kms', kmsKeyId: 'alias/lake' }
  },
  writers: ['python', 'iceberg']
};

function shown(profile: Profile, mode: 'warn' | 'block'): string {
  const nothing = (): void => undefined;
  render(
    <Proposal
      profile={profile}
      problem={null}
      mode={mode}
      onAgree={nothing}
      onDecline={nothing}
    />
  );
  return screen.getByRole('region').textContent;
}

it('shows method, name, key, context, rules, writers and mode', () => {
  const text = shown(ALL, 'block');
  for (const part of [
    'DSSE-KMS',
    'Finance',
    KEY,
    'team=sales',
    'raw: SSE-S3',
    'lake: SSE-KMS',
    'alias/lake',
    'Python writers',
    'Iceberg catalogs',
    'Cells do not run if it cannot be applied.'
  ]) {
    expect(text).toContain(part);
  }
});

it('says that cells run if the settings say so', () => {
  const text = shown({ method: 'sse-s3' }, 'warn');
  expect(text).toContain('Cells run even if it cannot be applied');
  expect(text).not.toContain('Name');
});

it('takes what does not show, or turns the text around it, out of the name', () => {
  const text = shown(
    { method: 'sse-s3', name: 'Fin\u202e\u2066\u2028ance' },
    'warn'
  );
  expect(text).toContain('Name: Finance');
});
