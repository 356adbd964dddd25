/**
 * EMR: configuration classifications for EC2, Serverless and EKS. Which
 * connector serves s3:// decides what is written. Pure.
 *
 * Sources: Amazon EMR release guide (Configure applications; Specifying Amazon
 * S3 encryption using EMRFS properties; Migration guide: EMRFS to S3A), EMR
 * Serverless user guide (Default application configuration), EMR on EKS
 * development guide (StartJobRun parameters), Hadoop documentation (Working
 * with Encrypted S3 Data).
 */

import type { BucketRule, Profile } from '../encryption/profile';
import { settingsFor } from '../encryption/settings';
import type { Dialect } from '../encryption/settings';
import { atLeast } from './fields';
import { ExportError, json } from './model';
import type {
  IClusterDocument,
  IContext,
  ILeftOut,
  IPart,
  IRule
} from './model';

type Properties = Record<string, string>;

interface IClassification {
  readonly name: string;
  readonly properties: Properties;
}

const EMRFS = 'com.amazon.ws.emr.hadoop.fs.EmrFileSystem';

/** Which connector serves s3:// by default in a release; null where the release is not known. */
export function defaultConnector(release: IContext['release']): Dialect | null {
  if (release === null) {
    return null;
  }
  return atLeast(release, 7, 10) ? 's3a' : 'emrfs';
}

/** The connector of a release in a sentence. */
export function connectorNote(context: IContext): string {
  switch (defaultConnector(context.release)) {
    case null:
      return 'The EMR release is not known. From 7.10.0 on S3A serves s3://, s3n:// and s3a:// by default; before that EMRFS serves s3://, and S3A serves s3a:// only. So the properties of both are here; a connector ignores those of the other, and from 7.10.0 on EMR takes over fs.s3.* only where fs.s3a.* is not set.';
    case 's3a':
      return `In ${String(context.options.releaseLabel)} S3A serves s3://, s3n:// and s3a:// by default (from 7.10.0 on).`;
    case 'emrfs':
      return `In ${String(context.options.releaseLabel)} EMRFS serves s3:// by default, and S3A serves s3a:// only; S3A becomes the default with 7.10.0. So the properties of both are here.`;
  }
}

/** A version of Hadoop whose S3A knows the same names as that of the release. */
function hadoopLike(release: IContext['release']): string {
  if (release === null || atLeast(release, 7, 10)) {
    return '3.5.0';
  }
  return atLeast(release, 6, 9) ? '3.3.6' : '3.2.1';
}

/** The profile again, with every key as its ARN. */
function profileOf(context: IContext): Profile {
  const choice = ({ method, key }: IRule): object =>
    key === null ? { method } : { method, kmsKeyId: key };
  const { encryptionContext } = context;
  return {
    ...choice(context.base),
    ...(encryptionContext === undefined ? {} : { encryptionContext }),
    ...(context.overrides.length === 0
      ? {}
      : {
          buckets: Object.fromEntries(
            context.overrides.map(rule => [
              rule.name,
              choice(rule) as BucketRule
            ])
          )
        })
  } as Profile;
}

function usesClientSide(context: IContext): boolean {
  return [context.base, ...context.overrides].some(
    ({ method }) => method === 'cse-kms'
  );
}

/** The properties of one connector, or why it cannot do what the profile asks for. */
export function properties(
  context: IContext,
  dialect: Dialect
): { set: Properties } | { reason: string } {
  if (dialect === 'emrfs' && context.options.customProvider) {
    const { location, className } = context.options.customProvider;
    return {
      set: {
        'fs.s3.cse.enabled': 'true',
        'fs.s3.cse.encryptionMaterialsProvider': className,
        'fs.s3.cse.encryptionMaterialsProvider.uri': location
      }
    };
  }
  if (dialect === 's3a' && usesClientSide(context)) {
    return {
      reason:
        'S3A of some Hadoop versions writes plaintext under CSE-KMS with no error, and AWS does not say which of its releases do: CSE-KMS is only written for EMRFS.'
    };
  }
  const settings = settingsFor(
    profileOf(context),
    dialect,
    hadoopLike(context.release)
  );
  return 'refused' in settings
    ? { reason: settings.refused.reason }
    : { set: Object.fromEntries(settings.set) };
}

/** What has to stand in the classifications of the release. */
function classifications(
  context: IContext
): { list: IClassification[]; notes: string[] } | { reason: string } {
  const connector = defaultConnector(context.release);
  const emrfs = properties(context, 'emrfs');
  const custom = Boolean(context.options.customProvider);
  const s3a: ReturnType<typeof properties> = custom
    ? { reason: 'CSE-Custom is only written for EMRFS.' }
    : properties(context, 's3a');
  const notes: string[] = [];
  const list: IClassification[] = [];
  const clientSide = custom || usesClientSide(context);
  if (connector !== 's3a' || clientSide) {
    if ('set' in emrfs) {
      list.push({ name: 'emrfs-site', properties: emrfs.set });
    } else if (connector === 'emrfs') {
      return emrfs;
    } else {
      notes.push(`Nothing is set for EMRFS: ${emrfs.reason}`);
    }
  }
  if (clientSide) {
    if ('set' in emrfs && connector !== 'emrfs') {
      // Documented in the migration guide as the way back to EMRFS.
      list.push({
        name: 'core-site',
        properties: { 'fs.s3.impl': EMRFS, 'fs.s3n.impl': EMRFS }
      });
      notes.push(
        'fs.s3.impl keeps EMRFS for s3:// also where S3A would be the default (7.10.0 and newer). Paths that begin with s3a:// are not covered.'
      );
    }
  } else if ('set' in s3a) {
    list.push({ name: 'core-site', properties: s3a.set });
  } else if (connector === 's3a') {
    return s3a;
  } else {
    notes.push(`Nothing is set for S3A: ${s3a.reason}`);
  }
  const filled = list.filter(
    ({ properties: set }) => Object.keys(set).length > 0
  );
  return filled.length > 0
    ? { list: filled, notes }
    : {
        reason:
          'reason' in emrfs && 'reason' in s3a
            ? emrfs.reason
            : 'Bucket default sets no property: what the bucket is set to is what counts.'
      };
}

/** Spark's own names for the same: `spark.hadoop.` goes ahead of each. */
function sparkDefaults(list: readonly IClassification[]): IClassification {
  return {
    name: 'spark-defaults',
    properties: Object.fromEntries(
      list.flatMap(({ properties: set }) =>
        Object.entries(set).map(([name, value]) => [
          `spark.hadoop.${name}`,
          value
        ])
      )
    )
  };
}

function upper(list: readonly IClassification[]): unknown {
  return list.map(item => ({
    Classification: item.name,
    Properties: item.properties
  }));
}

function lower(list: readonly IClassification[]): unknown {
  return list.map(item => ({
    classification: item.name,
    properties: item.properties
  }));
}

/** The classifications in every shape. */
export function emrClassifications(context: IContext): IPart {
  const found = classifications(context);
  const ids = [
    'emr-configurations',
    'emr-spark-defaults',
    'emr-serverless-configurations',
    'emr-eks-configurations'
  ];
  if ('reason' in found) {
    if (context.release !== null && context.base.method === 'dsse-kms') {
      throw new ExportError([
        {
          field: 'releaseLabel',
          message: `${String(context.options.releaseLabel)} cannot write DSSE-KMS: ${found.reason} Take emr-7.10.0 or newer, or SSE-KMS.`
        }
      ]);
    }
    return {
      documents: [],
      leftOut: ids.map(id => leftOut(id, 'method', found.reason))
    };
  }
  const { list, notes } = found;
  const spark = sparkDefaults(list);
  const all = [connectorNote(context), ...notes];
  const documents: IClusterDocument[] = [
    {
      id: 'emr-configurations',
      title: 'EMR on EC2: configurations',
      service: 'emr',
      format: 'json',
      text: json(upper(list)),
      notes: [
        ...all,
        'For `aws emr create-cluster --configurations file://emr-configurations.json`, or the software settings of the console. A security configuration wins over these.'
      ]
    },
    {
      id: 'emr-spark-defaults',
      title: 'EMR on EC2: the same for Spark only',
      service: 'emr',
      format: 'json',
      text: json(upper([spark])),
      notes: [
        'Instead of the configurations above, where only Spark is meant. Other engines (Hive, Presto) do not read it, and a session can override it.',
        connectorNote(context)
      ]
    }
  ];
  // Their API takes no empty value, with which a bucket's rule undoes a key of the base.
  const empty = Object.entries(spark.properties).find(
    ([, value]) => value === ''
  );
  if (empty !== undefined) {
    const reason = `EMR Serverless and EMR on EKS take no empty value, and the rules per bucket need one (${empty[0]}) to undo what holds for all buckets. Set it in the session, or use SSE-KMS for every bucket.`;
    return {
      documents,
      leftOut: ids.slice(2).map(id => leftOut(id, 'buckets', reason))
    };
  }
  return {
    documents: [...documents, ...lowerCase([...list, spark], all)],
    leftOut: []
  };
}

/** The shape of EMR Serverless and EMR on EKS, whose fields are in lower case. */
function lowerCase(
  list: readonly IClassification[],
  notes: readonly string[]
): IClusterDocument[] {
  return [
    {
      id: 'emr-serverless-configurations',
      title: 'EMR Serverless: runtime configuration',
      service: 'emr',
      format: 'json',
      text: json(lower(list)),
      notes: [
        'For `aws emr-serverless create-application --runtime-configuration file://…` (6.6.0 and newer), or as applicationConfiguration of one job. Names of fields are lower case here.',
        ...notes
      ]
    },
    {
      id: 'emr-eks-configurations',
      title: 'EMR on EKS: configuration overrides',
      service: 'emr',
      format: 'json',
      text: json({ applicationConfiguration: lower(list) }),
      notes: [
        'For `aws emr-containers start-job-run --configuration-overrides file://…`. Names of fields are lower case here.',
        ...notes
      ]
    }
  ];
}

/** A document of EMR that is not written. */
export function leftOut(id: string, field: string, reason: string): ILeftOut {
  return { id, service: 'emr', field, reason };
}
