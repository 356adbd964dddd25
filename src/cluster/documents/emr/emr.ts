/**
 * EMR: configuration classifications for EC2, Serverless and EKS. Which
 * connector serves s3:// decides what is written. Pure.
 *
 * Sources: Amazon EMR release guide (Configure applications), EMR Serverless
 * user guide (Default application configuration), EMR on EKS development guide
 * (StartJobRun parameters), and those of `emrProperties.ts`.
 */

import type { ITranslate } from '../../../contract/messages';
import { METHOD } from '../../../contract/profile';
import {
  connectorNote,
  defaultConnector,
  omitted,
  properties,
  isClientSide
} from './emrProperties';
import type { Properties } from './emrProperties';
import { IN_SERVICES } from '../inputs/methods';
import { ExportError, json } from '../model';
import type { IClusterDocument, IContext, IPart } from '../model';

interface IClassification {
  readonly name: string;
  readonly properties: Properties;
}

const EMRFS = 'com.amazon.ws.emr.hadoop.fs.EmrFileSystem';

/** What the classifications of the release have to contain. */
function classifications(
  context: IContext
): { list: IClassification[]; notes: string[] } | { reason: string } {
  const { trans } = context;
  const connector = defaultConnector(context.release);
  const emrfs = properties(context, 'emrfs');
  const custom = Boolean(context.options.customProvider);
  const s3a: ReturnType<typeof properties> = custom
    ? { reason: trans.__('CSE-Custom is only written for EMRFS.') }
    : properties(context, 's3a');
  const notes: string[] = [];
  const list: IClassification[] = [];
  const clientSide = isClientSide(context);
  // From 7.13.0 on S3A, which serves s3://, encrypts on the client as it should.
  const keepsEmrfs = clientSide && !(connector === 's3a' && 'set' in s3a);
  if (connector !== 's3a' || keepsEmrfs) {
    if ('set' in emrfs) {
      list.push({ name: 'emrfs-site', properties: emrfs.set });
    } else if (connector === 'emrfs') {
      return emrfs;
    } else {
      notes.push(trans.__('Nothing is set for EMRFS: %1', emrfs.reason));
    }
  }
  if (keepsEmrfs && 'reason' in s3a) {
    if ('set' in emrfs && connector !== 'emrfs') {
      // Documented in the migration guide as the way back to EMRFS.
      list.push({
        name: 'core-site',
        properties: { 'fs.s3.impl': EMRFS, 'fs.s3n.impl': EMRFS }
      });
      notes.push(
        trans.__(
          'fs.s3.impl keeps EMRFS for s3:// even if S3A would be the default (7.10.0 and newer).'
        ),
        ...(connector === null
          ? [
              trans.__(
                'EMR 8 has no EMRFS: these documents are for releases before it.'
              )
            ]
          : [])
      );
    }
    notes.push(
      trans.__(
        'Paths that begin with s3a:// are not covered: S3A serves them, and these settings do not configure it.'
      )
    );
  } else if ('set' in s3a) {
    list.push({ name: 'core-site', properties: s3a.set });
    if (clientSide && connector === 's3a') {
      notes.push(
        trans.__(
          'S3A encrypts on the client with a library of its own (amazon-s3-encryption-client-java): without its jar a write fails, and nothing is written.'
        )
      );
    }
  } else if (connector === 's3a') {
    return s3a;
  } else {
    notes.push(trans.__('Nothing is set for S3A: %1', s3a.reason));
  }
  if ('set' in emrfs && 'set' in s3a && connector !== 's3a') {
    notes.push(
      trans.__(
        'So the properties of both are included: each connector ignores those of the other, and since 7.10.0 EMR uses fs.s3.* only if fs.s3a.* is not set.'
      )
    );
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
            : trans.__(
                "Bucket default sets no property: the bucket's own settings apply."
              )
      };
}

/** The same under Spark's own names, each with the prefix `spark.hadoop.`. */
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
  const { trans } = context;
  const found = classifications(context);
  const ids = [
    'emr-configurations',
    'emr-spark-defaults',
    'emr-serverless-configurations',
    'emr-eks-configurations'
  ];
  if ('reason' in found) {
    const { title } = METHOD[context.base.method];
    const since = IN_SERVICES[context.base.method].emrSince;
    if (context.release !== null && since !== null) {
      throw new ExportError([
        {
          field: 'releaseLabel',
          message: trans.__(
            '%1 cannot write %2: %3 Use %4 or newer, or SSE-KMS.',
            String(context.options.releaseLabel),
            title,
            found.reason,
            since
          )
        }
      ]);
    }
    return {
      documents: [],
      omitted: ids.map(id => omitted(id, 'method', found.reason))
    };
  }
  const { list, notes } = found;
  const spark = sparkDefaults(list);
  const all = [connectorNote(context), ...notes];
  const documents: IClusterDocument[] = [
    {
      id: 'emr-configurations',
      title: trans.__('EMR on EC2: configurations'),
      service: 'emr',
      format: 'json',
      text: json(upper(list)),
      notes: [
        ...all,
        trans.__(
          'For `aws emr create-cluster --configurations file://emr-configurations.json`, or the software settings in the console. A security configuration overrides these.'
        )
      ]
    },
    {
      id: 'emr-spark-defaults',
      title: trans.__('EMR on EC2: the same for Spark only'),
      service: 'emr',
      format: 'json',
      text: json(upper([spark])),
      notes: [
        trans.__(
          'Instead of the configurations above, if it is for Spark only. Other engines (Hive, Presto) do not read it, and a session can override it.'
        ),
        ...all
      ]
    }
  ];
  // Their API takes no empty value, with which a bucket's rule undoes a key of the base.
  const empty = Object.entries(spark.properties).find(
    ([, value]) => value === ''
  );
  if (empty !== undefined) {
    const reason = trans.__(
      'EMR Serverless and EMR on EKS accept no empty values, and the rules per bucket need one (%1) to undo the setting for all buckets. Set it in the session, or use SSE-KMS for every bucket.',
      empty[0]
    );
    return {
      documents,
      omitted: ids.slice(2).map(id => omitted(id, 'buckets', reason))
    };
  }
  return {
    documents: [...documents, ...lowerCase([...list, spark], all, trans)],
    omitted: []
  };
}

/** The shape of EMR Serverless and EMR on EKS, whose fields are in lower case. */
function lowerCase(
  list: readonly IClassification[],
  notes: readonly string[],
  trans: ITranslate
): IClusterDocument[] {
  return [
    {
      id: 'emr-serverless-configurations',
      title: trans.__('EMR Serverless: runtime configuration'),
      service: 'emr',
      format: 'json',
      text: json(lower(list)),
      notes: [
        trans.__(
          'For `aws emr-serverless create-application --runtime-configuration file://…` (6.6.0 and newer), or as the applicationConfiguration of a single job. Field names are lower case here.'
        ),
        ...notes
      ]
    },
    {
      id: 'emr-eks-configurations',
      title: trans.__('EMR on EKS: configuration overrides'),
      service: 'emr',
      format: 'json',
      text: json({ applicationConfiguration: lower(list) }),
      notes: [
        trans.__(
          'For `aws emr-containers start-job-run --configuration-overrides file://…`. Field names are lower case here.'
        ),
        ...notes
      ]
    }
  ];
}
