/** What is in force at a bucket: asked for, and said in sentences. */

import { fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import type { IBucketEncryption } from '../../../contract/storedObjects';
import type { Profile } from '../../../encryption/profile/profile';
import type { IReportError } from '../../../contract/report';
import { objectActions } from '../actions';
import { BucketPage } from '../bucket/bucket';
import type { IObjectActions } from '../types';
import { FakeObjectChecks } from './fakeObjectChecks';

const KEY =
  'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const STRICT: IBucketEncryption = {
  bucket: 'analytics',
  default: { algorithm: 'aws:kms', keyId: KEY, bucketKey: true, blocked: [] },
  defaultReason: null,
  policy: {
    others: 2,
    statements: [
      {
        sid: 'OnlyKms',
        effect: 'Deny',
        everybody: true,
        plain: true,
        actions: ['s3:PutObject'],
        resources: ['arn:aws:s3:::analytics/*'],
        conditions: [
          {
            operator: 'StringNotEquals',
            key: 's3:x-amz-server-side-encryption',
            values: ['aws:kms']
          }
        ]
      }
    ]
  },
  policyReason: null,
  caller: null,
  callerReason: null,
  key: null,
  keyReason: null,
  late: null,
  elapsed: 12
};

function actionsOf(objectChecks: FakeObjectChecks): IObjectActions {
  return objectActions(objectChecks, {
    onOpenPage: jest.fn(),
    onOpened: jest.fn()
  });
}

function open(
  found: IBucketEncryption | null,
  profile: Profile | null = { method: 'sse-s3' }
) {
  const objectChecks = new FakeObjectChecks({ bucket: found });
  render(
    <BucketPage
      view={objectChecks}
      actions={actionsOf(objectChecks)}
      profile={profile}
      locations={['s3://analytics/tmp']}
    />
  );
  return objectChecks;
}

function failure(message: string): IReportError {
  return {
    code: 'bucket-not-read',
    message,
    fields: [],
    settings: 'unchanged'
  };
}

function lines(): string[] {
  return screen.getAllByRole('listitem').map(item => item.textContent);
}

it('nothing is read before the button is pressed', () => {
  const objectChecks = open(null);
  expect(objectChecks.readBucket).not.toHaveBeenCalled();
  fireEvent.click(screen.getByRole('button', { name: 'Read' }));
  expect(objectChecks.readBucket).toHaveBeenCalledWith('analytics');
});

it('what is no bucket is refused at the field', () => {
  const objectChecks = open(null);
  const field = screen.getByLabelText('Bucket');
  fireEvent.change(field, { target: { value: 's3://Analytics' } });
  fireEvent.click(screen.getByRole('button', { name: 'Read' }));
  expect(objectChecks.readBucket).not.toHaveBeenCalled();
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByText(/not a bucket name/)).toBeTruthy();
});

it('a policy that asks for a header refuses the write without one, and names its statement', () => {
  open(STRICT);
  expect(lines()[0]).toBe(
    'Writes without a header would be denied by statement OnlyKms of the policy.'
  );
  expect(lines()).toContain(
    'This profile would be denied by statement OnlyKms.'
  );
});

it('a bucket that blocks SSE-C is reported even if its policy cannot be read', () => {
  const blocked = { ...STRICT.default!, blocked: ['SSE-C'] };
  open(
    { ...STRICT, default: blocked, policy: null, policyReason: 'No.' },
    { method: 'sse-c' }
  );
  expect(lines()).toContain(
    'This profile would be denied: it writes with SSE-C.'
  );
});

it('a profile that fits is not refused', () => {
  open(STRICT, { method: 'sse-kms', kmsKeyId: KEY });
  expect(lines().pop()).toMatch(/^No statement about encryption denies/);
});

it('without a policy the default says what a write without a header gets', () => {
  open({ ...STRICT, policy: { statements: [], others: 0 } });
  expect(lines()[0]).toMatch(
    /would be encrypted with SSE-KMS and the key …1234567890ab/
  );
  expect(lines()[1]).toBe('S3 Bucket Key is enabled.');
});

it('what may not be read is reported as unknown, with the reason', () => {
  open({
    ...STRICT,
    default: null,
    defaultReason: 'The role needs s3:GetEncryptionConfiguration.',
    policy: null,
    policyReason: 'The role needs s3:GetBucketPolicy.'
  });
  expect(lines()).toEqual([
    'It is not known how writes without a header would be encrypted. The role needs s3:GetEncryptionConfiguration.',
    'The policy is not known. The role needs s3:GetBucketPolicy.'
  ]);
});

it('without a profile nothing is compared', () => {
  open(STRICT, null);
  expect(lines().pop()).toMatch(/No profile is applied/);
});

/** The page after a request that failed with a message. */
function openFailed(message: string): void {
  const error = failure(message);
  const objectChecks = new FakeObjectChecks({
    failed: { request: 'bucket', error }
  });
  render(
    <BucketPage
      view={objectChecks}
      actions={actionsOf(objectChecks)}
      profile={null}
      locations={[]}
    />
  );
}

it('a kernel without boto3 gets a hint how to install it', () => {
  const message =
    'This kernel has no boto3, which reads the settings of a bucket.';
  openFailed(message);
  expect(screen.getByRole('alert').textContent).toBe(message);
  expect(screen.getByText(/^Run %pip install boto3 in a cell/)).toBeTruthy();
});

it('any other failure does not mention boto3', () => {
  const message = 'There is no such bucket.';
  openFailed(message);
  expect(screen.queryByText(/pip install/)).toBeNull();
});

describe('whether a write of the profile would pass', () => {
  const allow = (actions: string[]) => ({
    sid: '',
    effect: 'Allow',
    everybody: false,
    plain: true,
    actions,
    resources: ['*'],
    conditions: []
  });
  const READ: IBucketEncryption = {
    ...STRICT,
    policy: { statements: [], others: 0 },
    caller: {
      arn: 'arn:aws:sts::111122223333:assumed-role/Analyst/s',
      policies: [
        {
          name: 'writes',
          statements: [allow(['s3:*', 'kms:GenerateDataKey'])]
        }
      ],
      others: 2,
      unread: []
    },
    key: {
      arn: KEY,
      state: 'Enabled',
      spec: 'SYMMETRIC_DEFAULT',
      statements: [{ ...allow(['kms:*']), who: 'account' }],
      policyReason: null
    }
  };
  const SSE_KMS: Profile = { method: 'sse-kms', kmsKeyId: KEY };

  function said(found: IBucketEncryption, profile: Profile | null = SSE_KMS) {
    open(found, profile);
    const list = screen.queryByRole('list', {
      name: 'A write of this profile'
    });
    return [...(list?.children ?? [])].map(item => item.textContent);
  }

  it('is shown for each request, with what refuses it and what was left out', () => {
    expect(said(READ)).toEqual([
      'A write in one request (PUT) would pass.',
      'A write in parts (multipart upload) would be refused.',
      'Your role: no policy that could be read allows kms:Decrypt.',
      '2 statements about other things were left out.',
      'Not judged: permissions boundaries, session policies, and policies of the organization and of VPC endpoints.'
    ]);
  });

  it('names what could not be read, and claims nothing', () => {
    const found = {
      ...READ,
      caller: null,
      callerReason: 'It needs sts:GetCallerIdentity.',
      key: null,
      keyReason: 'It needs kms:DescribeKey.'
    };
    const list = said(found);
    expect(list[0]).toBe(
      'A write in one request (PUT) is refused by nothing that could be read.'
    );
    expect(list).toContain(
      'Who writes could not be read: It needs sts:GetCallerIdentity.'
    );
    expect(list).toContain(
      'The key could not be read: It needs kms:DescribeKey.'
    );
  });

  it('names the state of a key that cannot be used', () => {
    const found = { ...READ, key: { ...READ.key!, state: 'PendingDeletion' } };
    expect(said(found)).toContain(
      'The key cannot be used: its state is PendingDeletion.'
    );
  });

  it('is left out without a profile, and if nobody was asked about', () => {
    expect(said(READ, null)).toEqual([]);
    expect(said(STRICT)).toEqual([]);
  });
});
