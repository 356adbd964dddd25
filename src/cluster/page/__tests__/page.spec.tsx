/** The page with the cluster-wide documents: form, messages at fields, tabs, copy and download. */

import { fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';

import { nullTranslator } from '@jupyterlab/translation';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ENGLISH } from '../../../contract/messages';
import type { Profile } from '../../../encryption/profile/profile';
import ClusterPage from '../page';
import { fileName } from '../draft';
import { TransContext } from '../../../i18n';

const KEY =
  'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const PROFILE: Profile = { method: 'sse-kms', kmsKeyId: KEY };

function open(profile: Profile | null = PROFILE) {
  const onCopy = jest.fn<undefined, [string]>();
  const onDownload = jest.fn();
  render(
    <ClusterPage profile={profile} onCopy={onCopy} onDownload={onDownload} />
  );
  return { onCopy, onDownload };
}

function type(label: string, value: string): void {
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
}

/** Looks nothing up, but shows that it was asked. */
const GERMAN: TranslationBundle = Object.assign(
  Object.create(nullTranslator.load('x')) as TranslationBundle,
  {
    __: (message: string, ...args: string[]) =>
      `de:${ENGLISH.__(message, ...args)}`
  }
);

function shown(): string {
  return screen.getByRole('tabpanel').textContent;
}

describe('the choice of the notebook', () => {
  const OTHER: Profile = { method: 'sse-s3' };

  function follow() {
    const page = (profile: Profile | null) => (
      <ClusterPage
        profile={profile}
        onCopy={jest.fn()}
        onDownload={jest.fn()}
      />
    );
    const { rerender } = render(page(PROFILE));
    return (profile: Profile | null): void => {
      rerender(page(profile));
    };
  }
  const chosen = (): string =>
    screen.getByLabelText<HTMLSelectElement>('Method').value;

  it('is followed while its fields were not edited, and all other fields stay', () => {
    const become = follow();
    type('EMR release', 'emr-7.10.0');
    become(OTHER);
    expect(chosen()).toBe('sse-s3');
    expect(screen.getByLabelText('EMR release')).toHaveProperty(
      'value',
      'emr-7.10.0'
    );
    expect(
      screen.queryByRole('button', { name: 'Use the choice of the notebook' })
    ).toBeNull();
  });

  it('is offered once a field of it was edited', async () => {
    const become = follow();
    type('KMS key, by its ARN', KEY.replace('1234abcd', 'ffffffff'));
    become(OTHER);
    expect(chosen()).toBe('sse-kms');
    await userEvent.click(
      screen.getByRole('button', { name: 'Use the choice of the notebook' })
    );
    expect(chosen()).toBe('sse-s3');
    expect(
      screen.queryByRole('button', { name: 'Use the choice of the notebook' })
    ).toBeNull();
  });
});

describe('the page', () => {
  it('begins with the profile of the notebook and placeholders for the rest', () => {
    open();
    expect(screen.getByLabelText('KMS key, by its ARN')).toHaveProperty(
      'value',
      KEY
    );
    expect(shown()).toContain('emrfs-site');
    expect(shown()).toContain('<SUBNET_ID>');
    expect(shown()).toContain('Replace every <PLACEHOLDER>');
  });

  it('writes what is filled in', () => {
    open();
    type('EMR release', 'emr-7.10.0');
    type('EMR instance role', 'EmrRole');
    expect(shown()).toContain('emr-7.10.0');
    expect(shown()).toContain('InstanceProfile=EmrRole');
    expect(shown()).not.toContain('emrfs-site');
    fireEvent.click(screen.getByRole('tab', { name: 'S3' }));
    type('Buckets and prefixes, one per line', 'lake\nraw/curated');
    expect(shown()).toContain('arn:aws:s3:::raw/curated/*');
  });

  it('says at the field what is wrong; the documents stay in view, but are not given away', () => {
    const { onDownload } = open();
    const before = shown();
    type('Account', '123');
    const field = screen.getByLabelText('Account');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    const message = document.getElementById(
      field.getAttribute('aria-describedby')!
    );
    expect(message?.textContent).toContain('12 digits');
    expect(before.replaceAll(/CopyDownload/g, '')).toBe(shown());
    expect(screen.queryByRole('button', { name: /^(Copy|Download) / })).toBe(
      screen.getByRole('button', { name: /^Download all/ })
    );
    fireEvent.click(screen.getByRole('button', { name: /^Download all/ }));
    expect(onDownload).not.toHaveBeenCalled();
    expect(screen.getByRole('status').textContent).toMatch(
      /as before: one field/
    );
    type('Account', '111122223333');
    expect(field.getAttribute('aria-invalid')).toBe('false');
    expect(screen.getAllByRole('button', { name: /^Copy / })).not.toEqual([]);
  });

  it('shows no document if a field is wrong from the start', () => {
    open({ method: 'sse-kms', kmsKeyId: 'alias/lake' });
    expect(screen.queryByRole('tabpanel')).toBeNull();
    expect(screen.getByRole('status').textContent).toMatch(
      /^No document is shown: one field/
    );
  });

  it('account and Region are those of the ARN, until others are entered', () => {
    const value = (label: string): string =>
      screen.getByLabelText<HTMLInputElement>(label).value;
    const key = 'KMS key, by its ARN';
    open();
    expect([value('Account'), value('Region')]).toEqual([
      '111122223333',
      'eu-west-1'
    ]);
    expect(screen.getByText(/are those of the key's ARN/)).toBeTruthy();
    type(key, KEY.slice(0, 20));
    expect([value('Account'), value('Region')]).toEqual(['', '']);
    type(key, KEY.replace('eu-west-1', 'eu-west-3'));
    expect(value('Region')).toBe('eu-west-3');
    type('Account', '444455556666');
    expect(screen.queryByText(/are those of the key's ARN/)).toBeNull();
    type(key, KEY);
    expect([value('Account'), value('Region')]).toEqual([
      '444455556666',
      'eu-west-1'
    ]);
  });

  it('alternatives are said to be such, in the contents too', () => {
    open();
    type('Buckets and prefixes, one per line', 'lake\nraw');
    fireEvent.click(screen.getByRole('tab', { name: 'S3' }));
    const words = 'Choose one of these 5 for lake';
    const group = screen.getByRole('group', { name: words });
    expect(within(group).getAllByRole('heading', { level: 4 })).toHaveLength(5);
    const contents = screen.getByRole('navigation', { name: 'Contents' });
    expect(within(contents).getByText(words)).toBeTruthy();
    const [heading] = within(group).getAllByRole('heading', { level: 4 });
    heading!.scrollIntoView = jest.fn();
    fireEvent.click(
      within(contents).getByRole('button', { name: heading!.textContent })
    );
    expect(document.activeElement).toBe(heading);
  });

  it('all documents are downloaded as one archive with a list', () => {
    const { onDownload } = open();
    fireEvent.click(
      screen.getByRole('button', { name: /^Download all \(\d+\)$/ })
    );
    const [name, bytes] = onDownload.mock.calls[0] as [string, Uint8Array];
    expect(name).toBe('s3-encryption-documents.zip');
    const text = new TextDecoder('latin1').decode(bytes);
    expect(text).toContain('README.md');
    expect(text).toContain('emr/emr-security-configuration.json');
    expect(text).toContain('terraform/terraform.tf');
  });

  it.each([
    ['Region', 'Ireland', /such as eu-west-1/],
    ['Partition', 'aws-cn', /in the partition aws,/],
    ['EMR release', '7.10', /emr-7\.10\.0/],
    ['Buckets and prefixes, one per line', 'lake\nLake', /not a bucket name/],
    ['Glue job role', 'arn:aws:iam::444455556666:role/x', /another account/],
    ['KMS key, by its ARN', 'alias/lake', /full ARN/],
    ['Athena results', 'results', /not an S3 location/],
    ['CloudTrail trail', 'my trail', /not a trail name/],
    ['Name for created resources', 'a b', /cannot be used/],
    ['Certificates for encryption in transit', 's3://x', /not an S3 location/],
    ['Key provider: its jar', 's3://setup/keys.zip', /must look like .*jar/],
    ['Key provider: its Java class', 'Keys', /not a full Java class name/]
  ])('%s: %j is refused at its field', (label, value, message) => {
    open();
    type('Account', '111122223333');
    type(label, value);
    const field = screen.getByLabelText(label);
    const id = field.getAttribute('aria-describedby');
    expect(document.getElementById(id ?? '')?.textContent).toMatch(message);
  });

  it('a policy above the size limit is refused at what makes it so large', () => {
    open();
    const many = Array.from({ length: 900 }, (_, index) => `TeamRole${index}`);
    type('EMR instance role', many.join(','));
    expect(
      screen.getByText(/^The key policy would have \d+ bytes/)
    ).toBeTruthy();
    type('EMR instance role', '');
    const places = many.map(name => `analytics/${name}/${'p'.repeat(20)}`);
    type('Buckets and prefixes, one per line', places.join('\n'));
    const field = screen.getByLabelText('Buckets and prefixes, one per line');
    const at = document.getElementById(field.getAttribute('aria-describedby')!);
    expect(at?.textContent).toMatch(/^The bucket policy would have \d+ bytes/);
  });

  it('leads to the first field that is wrong, even if it is folded', () => {
    open();
    type('Glue job role', 'arn:aws:iam::1:role/x');
    const field = screen.getByLabelText('Glue job role');
    field.scrollIntoView = jest.fn();
    const fold = field.closest('details')!;
    fold.open = false;
    fireEvent.click(screen.getByRole('button', { name: 'Show what is wrong' }));
    expect(fold.open).toBe(true);
    expect(document.activeElement).toBe(field);
  });

  it('writes CSE-Custom for EMR once jar and class are both there', () => {
    open();
    type('EMR release', 'emr-6.15.0');
    type('Key provider: its jar', 's3://setup/keys.jar');
    const missing = screen.getByLabelText('Key provider: its Java class');
    const id = missing.getAttribute('aria-describedby');
    expect(document.getElementById(id ?? '')?.textContent).toMatch(
      /needs the full name of its Java class/
    );
    expect(shown()).not.toContain('CSE-Custom');
    type('Key provider: its Java class', 'com.example.Keys');
    expect(shown()).toContain('"EncryptionMode": "CSE-Custom"');
    expect(shown()).toContain('"S3Object": "s3://setup/keys.jar"');
    expect(shown()).toContain(
      '"EncryptionKeyProviderClass": "com.example.Keys"'
    );
  });

  it('a provider beside rules per bucket is refused at its field', () => {
    open({ ...PROFILE, buckets: { lake: { method: 'sse-s3' } } });
    type('Key provider: its jar', 's3://setup/keys.jar');
    type('Key provider: its Java class', 'com.example.Keys');
    const field = screen.getByLabelText('Key provider: its jar');
    const id = field.getAttribute('aria-describedby');
    expect(document.getElementById(id ?? '')?.textContent).toMatch(
      /cannot be combined with rules per bucket/
    );
  });

  it('asks for the key of the local disks if they are encrypted', () => {
    open();
    expect(screen.queryByLabelText('KMS key of the local disks')).toBeNull();
    fireEvent.click(screen.getByLabelText('Encrypt EBS volumes too'));
    expect(shown()).toContain('"EnableEbsEncryption": true');
    type('KMS key of the local disks', 'alias/disks');
    const field = screen.getByLabelText('KMS key of the local disks');
    const id = field.getAttribute('aria-describedby');
    expect(document.getElementById(id ?? '')?.textContent).toMatch(/full ARN/);
    type('KMS key of the local disks', KEY.replace('1234abcd', 'abcd1234'));
    expect(shown()).toContain('key/abcd1234-12ab');
  });

  it('says of each document that cannot be written why', () => {
    open({ method: 'dsse-kms', kmsKeyId: KEY });
    expect(shown()).toContain('Not available');
    expect(shown()).toMatch(/emr-security-configuration: .*has no DSSE-KMS/);
  });

  it('opens with another method for SSE-C, and says so', () => {
    open({ method: 'sse-c' });
    expect(screen.getByText(/SSE-C cannot be set cluster-wide/)).toBeTruthy();
    expect(screen.getByLabelText('Method')).toHaveProperty('value', 'sse-kms');
  });

  it('keeps the rules of the profile', () => {
    open({ ...PROFILE, buckets: { lake: { method: 'sse-s3' } } });
    expect(screen.getByText(/rules for: lake/)).toBeTruthy();
    fireEvent.click(screen.getByRole('tab', { name: 'S3' }));
    expect(shown()).toContain('AES256');
  });
});

it('titles, notes and messages are in the language of the user', () => {
  render(
    <TransContext.Provider value={GERMAN}>
      <ClusterPage
        profile={PROFILE}
        onCopy={jest.fn()}
        onDownload={jest.fn()}
      />
    </TransContext.Provider>
  );
  expect(
    screen.getByRole('heading', { name: 'de:EMR: security configuration' })
  ).toBeTruthy();
  expect(shown()).toContain('de:A session can still change');
  expect(shown()).not.toContain('"de:');
  type('de:Account', '123');
  expect(screen.getByText(/^de:“123” is not an account/)).toBeTruthy();
});

describe('the tabs', () => {
  it('are reached and changed by keyboard', async () => {
    const user = userEvent.setup();
    open();
    const tabs = screen.getAllByRole('tab');
    expect(tabs.map(tab => tab.tabIndex)).toEqual([
      0, -1, -1, -1, -1, -1, -1, -1, -1, -1
    ]);
    tabs[0]!.focus();
    await user.keyboard('{ArrowRight}');
    expect(document.activeElement).toBe(tabs[1]);
    expect(tabs[1]!.getAttribute('aria-selected')).toBe('true');
    await user.keyboard('{End}');
    expect(document.activeElement?.textContent).toBe('Terraform');
    await user.keyboard('{ArrowRight}');
    expect(document.activeElement).toBe(tabs[0]);
  });

  it('name the panel that they open', () => {
    open();
    const tab = screen.getByRole('tab', { name: 'KMS' });
    fireEvent.click(tab);
    const panel = screen.getByRole('tabpanel', { name: 'KMS' });
    expect(tab.getAttribute('aria-controls')).toBe(panel.id);
    expect(
      within(panel).getByRole('heading', { name: /^Key policy of/ })
    ).toBeTruthy();
  });
});

describe('a document', () => {
  it('is copied and downloaded as it is shown', () => {
    const { onCopy, onDownload } = open();
    const title = 'EMR: security configuration';
    fireEvent.click(screen.getByRole('button', { name: `Copy ${title}` }));
    const text = onCopy.mock.calls[0]![0];
    expect(JSON.parse(text)).toHaveProperty('EncryptionConfiguration');
    fireEvent.click(screen.getByRole('button', { name: `Download ${title}` }));
    expect(onDownload).toHaveBeenCalledWith(
      'emr-security-configuration.json',
      text
    );
  });

  it('in prose is shown as a table, and copied as Markdown', () => {
    const { onCopy } = open();
    fireEvent.click(screen.getByRole('tab', { name: 'Athena' }));
    const table = screen.getByRole('table');
    const [head, first] = within(table).getAllByRole('row');
    expect(within(head!).getAllByRole('columnheader')).toHaveLength(4);
    expect(
      within(first!)
        .getAllByRole('cell')
        .slice(0, 3)
        .map(cell => cell.textContent)
    ).toEqual(['sse-kms', 'Athena', 'yes']);
    fireEvent.click(screen.getByRole('button', { name: /^Copy Who can read/ }));
    expect(onCopy.mock.calls[0]![0]).toContain('| sse-kms | Athena | yes |');
  });

  it('has a file name that every system takes', () => {
    const id = 's3-policy-strict:my.bucket';
    expect(fileName({ id, format: 'json' })).toBe(
      's3-policy-strict-my.bucket.json'
    );
    expect(fileName({ id: 'terraform', format: 'hcl' })).toBe('terraform.tf');
  });
});
