/** The page with the cluster-wide documents: form, messages at fields, tabs, copy and download. */

import { fireEvent, render, screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import * as React from 'react';

import type { Profile } from '../../encryption/profile';
import ClusterPage from '../cluster';
import { fileName } from '../clusterDraft';

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

function shown(): string {
  return screen.getByRole('tabpanel').textContent;
}

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

  it('says at the field what is wrong, and shows no document', () => {
    open();
    type('Account', '123');
    const field = screen.getByLabelText('Account');
    expect(field.getAttribute('aria-invalid')).toBe('true');
    const message = document.getElementById(
      field.getAttribute('aria-describedby')!
    );
    expect(message?.textContent).toContain('12 digits');
    expect(screen.queryByRole('tabpanel')).toBeNull();
    expect(screen.getByRole('status').textContent).toContain('one field');
    type('Account', '111122223333');
    expect(field.getAttribute('aria-invalid')).toBe('false');
    expect(screen.getByRole('tabpanel')).toBeTruthy();
  });

  it.each([
    ['Region', 'Ireland', /such as eu-west-1/],
    ['Partition', 'aws-cn', /in the partition aws,/],
    ['EMR release', '7.10', /emr-7\.10\.0/],
    ['Buckets and prefixes, one per line', 'lake\nLake', /no bucket name/],
    ['Glue job role', 'arn:aws:iam::444455556666:role/x', /another account/],
    ['KMS key, by its ARN', 'alias/lake', /full ARN/],
    ['Results of Athena', 'results', /no place in S3/],
    ['CloudTrail trail', 'my trail', /no name of a trail/],
    ['Name of what is created', 'a b', /cannot be used/],
    ['Certificates for encryption in transit', 's3://x', /no place in S3/]
  ])('%s: %j is refused at its field', (label, value, message) => {
    open();
    type('Account', '111122223333');
    type(label, value);
    const field = screen.getByLabelText(label);
    const id = field.getAttribute('aria-describedby');
    expect(document.getElementById(id ?? '')?.textContent).toMatch(message);
  });

  it('says of each document that cannot be written why', () => {
    open({ method: 'dsse-kms', kmsKeyId: KEY });
    expect(shown()).toContain('Not written');
    expect(shown()).toMatch(/emr-security-configuration: .*has no DSSE-KMS/);
  });

  it('opens with another method for SSE-C, and says so', () => {
    open({ method: 'sse-c' });
    expect(screen.getByText(/SSE-C cannot be made cluster-wide/)).toBeTruthy();
    expect(screen.getByLabelText('Method')).toHaveProperty('value', 'sse-kms');
  });

  it('keeps the rules of the profile', () => {
    open({ ...PROFILE, buckets: { lake: { method: 'sse-s3' } } });
    expect(screen.getByText(/rules of the profile for: lake/)).toBeTruthy();
    fireEvent.click(screen.getByRole('tab', { name: 'S3' }));
    expect(shown()).toContain('AES256');
  });
});

describe('the tabs', () => {
  it('are reached and changed by keyboard', async () => {
    const user = userEvent.setup();
    open();
    const tabs = screen.getAllByRole('tab');
    expect(tabs.map(tab => tab.tabIndex)).toEqual([
      0, -1, -1, -1, -1, -1, -1, -1, -1
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
    expect(within(panel).getByText(/^Key policy of/)).toBeTruthy();
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

  it('has a file name that every system takes', () => {
    const id = 's3-policy-strict:my.bucket';
    expect(fileName({ id, format: 'json' })).toBe(
      's3-policy-strict-my.bucket.json'
    );
    expect(fileName({ id: 'terraform', format: 'hcl' })).toBe('terraform.tf');
  });
});
