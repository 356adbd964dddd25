/**
 * The shapes of the cluster-wide documents: what goes in, what comes out, and
 * the error for input that no document can be written for. Pure: must not know
 * of Jupyter, of the panel or of AWS clients.
 */

import type { ITranslate } from '../../contract/messages';
import type {
  EncryptionContext,
  Method
} from '../../encryption/profile/profile';

/** The AWS service a document is for, in the order in which they are shown. */
export const SERVICES = [
  'emr',
  's3',
  's3-batch',
  'kms',
  'glue',
  'athena',
  'lake-formation',
  'watching',
  'cloudformation',
  'terraform'
] as const;
export type Service = (typeof SERVICES)[number];

/** How the text of a document is written. */
export type Format = 'json' | 'shell' | 'hcl' | 'markdown';

export interface IClusterDocument {
  /** Stable; documents of one bucket end in `:BUCKET`. */
  readonly id: string;
  readonly title: string;
  readonly service: Service;
  readonly format: Format;
  readonly text: string;
  /** What to know before it is used: one sentence or two each. */
  readonly notes: readonly string[];
  /** Documents with the same one are alternatives: only one of them can be used. */
  readonly oneOf?: string;
}

/** A bucket, its prefixes, and optionally its own rule. */
export interface IBucketOption {
  readonly name: string;
  readonly prefix?: string;
  readonly prefixes?: readonly string[];
  readonly method?: string;
  readonly kmsKeyId?: string;
}

type OneOrMore = string | readonly string[];

/** Names or ARNs of IAM roles, by what they do. */
export interface IRolesOption {
  /** Manage the key; they get no use of it. */
  readonly administrators?: OneOrMore;
  /** Instance role of EMR on EC2. */
  readonly emr?: OneOrMore;
  /** Service role of EMR: needs the key only if it encrypts EBS volumes. */
  readonly emrService?: OneOrMore;
  /** Job runtime role of EMR Serverless or EMR on EKS. */
  readonly emrRuntime?: OneOrMore;
  readonly glueJob?: OneOrMore;
  readonly glueCrawler?: OneOrMore;
  /** The role with which Lake Formation registers the location. */
  readonly lakeFormation?: OneOrMore;
  /** Roles that query with Athena. */
  readonly athena?: OneOrMore;
  /** Any other role that reads and writes the objects. */
  readonly users?: OneOrMore;
}

/** What the profile does not say. Whatever is missing becomes a placeholder like `<ACCOUNT_ID>`. */
export interface IClusterOptions {
  /** 12 digits. */
  readonly account?: string | null;
  readonly region?: string | null;
  /** `aws`, `aws-cn`, `aws-us-gov`, …; taken from the Region if it is missing. */
  readonly partition?: string | null;
  /** `NAME`, `NAME/PREFIX`, `s3://NAME/PREFIX` or an object. */
  readonly buckets?: readonly (string | IBucketOption)[] | null;
  /** An array is the same as `{ users }`. */
  readonly roles?:
    | readonly string[]
    | IRolesOption
    | Readonly<Record<string, OneOrMore>>
    | null;
  /** `emr-7.10.0` */
  readonly releaseLabel?: string | null;
  /** Encrypt the local disks of EMR with a KMS key; the profile's if none is named. */
  readonly localDisk?: {
    readonly kmsKeyId?: string;
    readonly ebs?: boolean;
  } | null;
  /** `s3://…` of the zip with privateKey.pem and certificateChain.pem. */
  readonly inTransit?: { readonly certificates: string } | null;
  /** CSE-Custom instead of the method of the profile, for EMR only. */
  readonly customProvider?: {
    readonly location: string;
    readonly className: string;
  } | null;
  /** Where Athena keeps the results of queries: `s3://…/`. */
  readonly athenaResults?: string | null;
  /** Name of the CloudTrail trail. */
  readonly trail?: string | null;
  /** Name of what is created by name (security configurations, workgroup). */
  readonly name?: string | null;
  /** S3 Bucket Keys; on if the method has them. */
  readonly bucketKey?: boolean;
  /** Only these services; asking for one that cannot be served is an error. */
  readonly services?: readonly string[] | null;
  /** Only these documents, by id; asking for one that cannot be written is an error. */
  readonly documents?: readonly string[] | null;
  /** Translates titles, notes, messages and answers in prose; English if it is missing. */
  readonly trans?: ITranslate | null;
}

/** One field that is wrong, and why. */
export interface IProblem {
  /** `account`, `buckets.0`, `roles.emr`, `kmsKeyId`, `buckets.NAME.kmsKeyId`, … */
  readonly field: string;
  readonly message: string;
}

/** No document can be written: the first sentence names the field and says why. */
export class ExportError extends Error {
  constructor(readonly fields: readonly IProblem[]) {
    super(fields.map(({ field, message }) => `${field}: ${message}`).join(' '));
    this.name = 'ExportError';
  }

  /** The first field that is wrong. */
  get field(): string {
    return this.fields[0]?.field ?? '';
  }
}

/** Method and key of one bucket, or of everything else. */
export interface IRule {
  readonly method: Method;
  /** ARN of the key; null: the AWS managed key aws/s3, or no KMS at all. */
  readonly key: string | null;
}

export interface IBucket extends IRule {
  readonly name: string;
  /** Without a leading slash; empty: all of the bucket. */
  readonly prefixes: readonly string[];
}

export type Purpose = keyof IRolesOption;

/** Everything that a document may need, checked and with placeholders filled in. */
export interface IContext {
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  /** `amazonaws.com`, in China `amazonaws.com.cn`. */
  readonly dnsSuffix: string;
  readonly base: IRule;
  readonly encryptionContext?: EncryptionContext;
  /** The buckets with a rule of their own in the profile. */
  readonly overrides: readonly IBucket[];
  /** Every bucket that is named anywhere; a placeholder if none is. */
  readonly buckets: readonly IBucket[];
  /** ARNs. */
  readonly roles: Readonly<Record<Purpose, readonly string[]>>;
  /** [7, 10, 0]; null if it is not known. */
  readonly release: readonly [number, number, number] | null;
  readonly options: IClusterOptions;
  readonly name: string;
  readonly localDisk: { readonly key: string; readonly ebs: boolean } | null;
  readonly trans: ITranslate;
}

/** A document that cannot be written for this profile, and why. */
export interface IOmitted {
  readonly id: string;
  readonly service: Service;
  /** The field whose value prevents it. */
  readonly field: string;
  readonly reason: string;
}

/** What one service has to say. */
export interface IPart {
  readonly documents: readonly IClusterDocument[];
  readonly omitted: readonly IOmitted[];
}

/** Pretty JSON with a line break at the end. */
export function json(value: unknown): string {
  return JSON.stringify(value, null, 2) + '\n';
}

/** Is there a placeholder such as `<ACCOUNT_ID>` in the text? */
export function hasPlaceholder(text: string): boolean {
  return /<[A-Z][A-Z0-9_]*>/.test(text);
}
