/** The content of the form for cluster-wide documents, as a profile and options. Pure. */

import { FIRST_METHOD, kmsKeyOf } from '../../contract/profile';
import { tableOf } from '../../contract/records';
import type { BucketRule, Profile } from '../../encryption/profile/profile';
import { BUCKET_METHODS, takesKmsKey } from '../../encryption/profile/profile';
import type { IClusterDocument, IClusterOptions, IProblem } from '../documents';
import type { Purpose } from '../documents/model';
import { PURPOSES } from '../documents/inputs/places';
import { validateKmsKey } from '../../encryption/profile/keys';

/** The fields of text, in the order in which they are asked for. */
export const TEXT_FIELDS = [
  'account',
  'region',
  'partition',
  'releaseLabel',
  'name',
  'athenaResults',
  'trail'
] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

export interface IClusterDraft {
  readonly method: BucketRule['method'];
  readonly kmsKeyId: string;
  /** Rules per bucket of the profile of the notebook. */
  readonly rules: Profile['buckets'];
  readonly texts: Readonly<Record<TextField, string>>;
  /** One place per line: NAME, NAME/PREFIX or s3://NAME/PREFIX. */
  readonly buckets: string;
  /** Names or ARNs, several with commas between them. */
  readonly roles: Readonly<Record<Purpose, string>>;
  readonly localDisk: boolean;
  readonly ebs: boolean;
  /** ARN of a key for the local disks; empty: the profile's key. */
  readonly diskKey: string;
  /** `s3://…zip`; empty: no encryption in transit. */
  readonly certificates: string;
  /** CSE-Custom: `s3://…jar`, and the Java class in it; both empty: none. */
  readonly providerLocation: string;
  readonly providerClass: string;
}

function none<T extends string>(names: readonly T[]): Record<T, string> {
  return tableOf(names, () => '');
}

/** The fields that the ARN of a key fills in. */
const OF_KEY = ['account', 'region'] as const;

/** Account and Region of a key, if its name says them. */
function placeOfKey(keyId: string): { account: string; region: string } {
  const read = validateKmsKey(keyId.trim());
  const key = 'key' in read ? read.key : null;
  return { account: key?.account ?? '', region: key?.region ?? '' };
}

/** Are account and Region those of the key's ARN? */
export function isPlaceOfKey({ kmsKeyId, texts }: IClusterDraft): boolean {
  const place = placeOfKey(kmsKeyId);
  return (
    place.account !== '' && OF_KEY.every(name => texts[name] === place[name])
  );
}

/** The form with another key; its ARN says account and Region, unless others were entered. */
export function withKey(draft: IClusterDraft, kmsKeyId: string): IClusterDraft {
  const before = placeOfKey(draft.kmsKeyId);
  const now = placeOfKey(kmsKeyId);
  const texts = { ...draft.texts };
  for (const name of OF_KEY) {
    if (texts[name] === '' || texts[name] === before[name]) {
      texts[name] = now[name];
    }
  }
  return { ...draft, kmsKeyId, texts };
}

/**
 * The form as it begins: the profile of the notebook, and where that wrote last.
 *
 * @param written - a bucket; empty for none
 */
export function clusterDraftOf(
  profile: Profile | null,
  written = ''
): IClusterDraft {
  const draft = { ...emptyDraft(profile), buckets: written };
  return withKey(draft, (profile && kmsKeyOf(profile)) ?? '');
}

function emptyDraft(profile: Profile | null): IClusterDraft {
  return {
    method:
      BUCKET_METHODS.find(name => name === profile?.method) ?? FIRST_METHOD,
    kmsKeyId: '',
    rules: profile?.buckets,
    texts: none(TEXT_FIELDS),
    buckets: '',
    roles: none(PURPOSES),
    localDisk: false,
    ebs: false,
    diskKey: '',
    certificates: '',
    providerLocation: '',
    providerClass: ''
  };
}

/**
 * The form after the notebook's profile has changed.
 *
 * @returns null if what the profile fills in was edited: the new one is offered then
 */
export function followProfile(
  draft: IClusterDraft,
  before: Profile | null,
  now: Profile | null
): IClusterDraft | null {
  const [from, to] = [clusterDraftOf(before), clusterDraftOf(now)];
  const isAs = ({ method, kmsKeyId, rules }: IClusterDraft): boolean =>
    method === draft.method &&
    kmsKeyId === draft.kmsKeyId &&
    JSON.stringify(rules) === JSON.stringify(draft.rules);
  return isAs(from) || isAs(to) ? withProfile(draft, now) : null;
}

/** The form with what a profile fills in; all other fields stay. */
export function withProfile(
  draft: IClusterDraft,
  profile: Profile | null
): IClusterDraft {
  const { method, kmsKeyId, rules } = clusterDraftOf(profile);
  return withKey({ ...draft, method, rules }, kmsKeyId);
}

/** The lines that are not empty. */
function lines(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
}

/** What the form means. */
export function readClusterDraft(draft: IClusterDraft): {
  profile: Record<string, unknown>;
  options: IClusterOptions;
} {
  const key = draft.kmsKeyId.trim();
  const diskKey = draft.diskKey.trim();
  const location = draft.providerLocation.trim();
  const className = draft.providerClass.trim();
  const roles = Object.fromEntries(
    PURPOSES.map(name => [
      name,
      draft.roles[name]
        .split(',')
        .map(role => role.trim())
        .filter(role => role !== '')
    ])
  );
  const texts = Object.fromEntries(
    TEXT_FIELDS.map(name => [name, draft.texts[name].trim()])
  );
  return {
    profile: {
      method: draft.method,
      ...(takesKmsKey(draft.method) && key !== '' ? { kmsKeyId: key } : {}),
      ...(draft.rules ? { buckets: draft.rules } : {})
    },
    options: {
      ...texts,
      buckets: lines(draft.buckets),
      roles,
      localDisk: draft.localDisk
        ? { ebs: draft.ebs, ...(diskKey === '' ? {} : { kmsKeyId: diskKey }) }
        : null,
      inTransit:
        draft.certificates.trim() === ''
          ? null
          : { certificates: draft.certificates.trim() },
      customProvider:
        location === '' && className === '' ? null : { location, className }
    }
  };
}

/** The field of the form that a problem belongs to; null if it has none. */
function formField(problem: IProblem): string | null {
  const [first = '', second = ''] = problem.field.split('.');
  if (first === 'roles') {
    // A problem that names no role is about all of them, such as a policy that is too large.
    return PURPOSES.some(name => name === second) ? `roles.${second}` : 'roles';
  }
  if (first === 'inTransit') {
    return 'certificates';
  }
  if (first === 'localDisk') {
    return 'diskKey';
  }
  if (first === 'customProvider') {
    return second === 'className' ? 'providerClass' : 'providerLocation';
  }
  // `buckets.0` is a line of the form, `buckets.NAME` a rule of the profile.
  if (first === 'buckets' && /^\d+$|^$/.test(second)) {
    return 'buckets';
  }
  return first === 'method' ||
    first === 'kmsKeyId' ||
    TEXT_FIELDS.some(name => name === first)
    ? first
    : null;
}

/** The message at a field; undefined if it is right. */
export function messageAt(
  problems: readonly IProblem[],
  field: string
): string | undefined {
  const found = problems.filter(problem => formField(problem) === field);
  return found.length === 0
    ? undefined
    : found.map(({ message }) => message).join(' ');
}

/** Problems that belong to no field of the form. */
export function otherProblems(problems: readonly IProblem[]): IProblem[] {
  return problems.filter(problem => formField(problem) === null);
}

const ENDINGS: Readonly<Record<IClusterDocument['format'], string>> = {
  json: 'json',
  shell: 'sh',
  hcl: 'tf',
  markdown: 'md'
};

/** The name of a document as a file. */
export function fileName(
  document: Pick<IClusterDocument, 'id' | 'format'>
): string {
  const plain = document.id.replace(/[^A-Za-z0-9._-]+/g, '-').replace(/-$/, '');
  return `${plain}.${ENDINGS[document.format]}`;
}
