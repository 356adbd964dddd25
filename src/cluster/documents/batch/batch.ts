/**
 * S3 Batch Operations: the jobs that give objects which exist the encryption of the
 * profile, the role that they run with, and the commands. Pure.
 */

import type { ITranslate } from '../../../contract/messages';
import { METHOD } from '../../../contract/profile';
import { quote } from '../inputs/shell';
import { json } from '../model';
import type {
  IBucket,
  IClusterDocument,
  IContext,
  IOmitted,
  IPart
} from '../model';
import { noDefault } from '../services/s3';
import { canCopy, canUpdate, isForeign, jobs, objectsOf } from './jobs';
import type { Objects, Way } from './jobs';
import {
  acceptedPolicy,
  batchKeys,
  keyStatement,
  rolePolicy,
  roleTrust
} from './role';
import { roleName } from './roleArn';

const SERVICE = 's3-batch';

function titleOf(
  way: Way,
  objects: Objects,
  bucket: string,
  trans: ITranslate
): string {
  if (objects === 'list') {
    return way === 'update'
      ? trans.__('Objects of a list in %1: change the key in place', bucket)
      : trans.__('Objects of a list in %1: copy them onto themselves', bucket);
  }
  if (objects === 'unencrypted') {
    return trans.__(
      'Objects without encryption in %1: copy them onto themselves',
      bucket
    );
  }
  const { title } = METHOD[objects];
  return way === 'update'
    ? trans.__('%1 objects in %2: change the key in place', title, bucket)
    : trans.__('%1 objects in %2: copy them onto themselves', title, bucket);
}

function jobNotes(
  context: IContext,
  bucket: IBucket,
  way: Way,
  objects: Objects,
  calls: number
): string[] {
  const { trans } = context;
  return [
    calls > 1
      ? trans.__(
          'For `aws s3control create-job --cli-input-json file://…`, one call for each entry: a filter takes one prefix. Each job waits until you confirm it, and costs money for each object.'
        )
      : trans.__(
          'For `aws s3control create-job --cli-input-json file://…`. The job waits until you confirm it, and costs money for each object.'
        ),
    ...(objects === 'list'
      ? [
          trans.__(
            'The list is a CSV file without a header: bucket, and key with URL encoding, of objects in this bucket only. The Python helper writes it from a plan (`to_manifest`). For old versions add their ids as a third column, and VersionId to Fields.'
          )
        ]
      : [
          trans.__(
            'A filter takes one kind of encryption, so there is a job for each. Objects with this key already are in it too. Old versions are not: a list can name them.'
          )
        ]),
    ...(way === 'update'
      ? [
          trans.__(
            'ETag, date, storage class and version stay, archived objects too, and nothing is copied. Objects that Object Lock protects fail, and so do those without encryption or with DSSE-KMS or SSE-C.'
          )
        ]
      : [
          trans.__(
            'A copy has a new date, a new ETag with KMS, and is a new version: without versioning it replaces the object, so nothing else may write meanwhile. Metadata and tags are kept, ACLs are not.'
          ),
          trans.__(
            'It is for objects in the class STANDARD: for another class change StorageClass and the filter, or a copy changes the class. Objects above 5 GB, archived ones that are not restored, and SSE-C objects cannot be copied by a job.'
          ),
          ...(bucket.key === null && METHOD[bucket.method].bucketKey
            ? [
                trans.__(
                  'Without a key S3 uses the AWS managed key aws/s3: other accounts cannot read such objects, and its key policy cannot be changed.'
                )
              ]
            : [])
        ]),
    objects === 'list'
      ? trans.__(
          'Replace <MANIFEST_ETAG> in ClientRequestToken too: sent twice with the same one, it is one job.'
        )
      : trans.__(
          'Sent twice with the same ClientRequestToken, it is one job: change it to run the job again later.'
        )
  ];
}

/** Why a bucket has no job of this way. */
function refusal(context: IContext, bucket: IBucket, way: Way): IOmitted {
  const { trans } = context;
  const id = `s3-batch-${way}:${bucket.name}`;
  if (way === 'copy') {
    return {
      id,
      service: SERVICE,
      field: 'method',
      reason:
        METHOD[bucket.method].header === null ||
        METHOD[bucket.method].by !== 's3'
          ? noDefault(bucket, trans)
          : trans.__(
              'S3 Batch Operations copies to SSE-S3 and SSE-KMS only, not to %1.',
              METHOD[bucket.method].title
            )
    };
  }
  const foreign = bucket.key !== null && isForeign(context, bucket.key);
  return {
    id,
    service: SERVICE,
    field: bucket.key === null || foreign ? 'kmsKeyId' : 'method',
    reason: foreign
      ? trans.__(
          'S3 changes objects in place only to a key of the account of the bucket. A key of another account of the organization needs an approval by AWS Support; a copy does not.'
        )
      : trans.__(
          'S3 changes the encryption of objects that exist only to SSE-KMS with a key that is named. For anything else they have to be copied.'
        )
  };
}

function roleDocuments(context: IContext, policy: unknown): IClusterDocument[] {
  const { trans } = context;
  const document = (
    id: string,
    title: string,
    value: unknown,
    notes: readonly string[]
  ): IClusterDocument => ({
    id,
    title,
    service: SERVICE,
    format: 'json',
    text: json(value),
    notes
  });
  return [
    ...(policy === null
      ? []
      : [
          document(
            's3-batch-role-policy',
            trans.__('IAM policy for the role of these jobs'),
            policy,
            [
              trans.__(
                'Add the keys that the objects have now: the role needs the same actions on them, and kms:Decrypt alone for a copy.'
              ),
              trans.__(
                'S3 makes the list of objects with an inventory of its own, which is what s3:PutInventoryConfiguration is for. If all lists are yours, leave that statement out; if none is, leave ReadLists out.'
              )
            ]
          )
        ]),
    document(
      's3-batch-role-trust',
      trans.__('Trust policy for the role of these jobs'),
      roleTrust(context),
      [
        trans.__(
          'Lets S3 Batch Operations assume the role, for jobs of this account only.'
        )
      ]
    ),
    ...(batchKeys(context).length === 0
      ? []
      : [
          document(
            's3-batch-key-statement',
            trans.__('For the policy of the key: the jobs may use it'),
            keyStatement(context),
            [
              trans.__(
                'Merge the statement into the key policy. A key of the same account needs it only if its policy does not leave its use to IAM; a key of another account always needs it.'
              )
            ]
          )
        ])
  ];
}

/** The commands, from the role to the confirmation. */
function commands(context: IContext): IClusterDocument {
  const { trans } = context;
  const role = quote(roleName(context));
  const job = `--region ${quote(context.region)} --account-id ${quote(context.account)}`;
  return {
    id: 's3-batch-commands',
    title: trans.__('Commands: create the role, create a job, confirm it'),
    service: SERVICE,
    format: 'shell',
    text: [
      '# The role, once.',
      `aws iam create-role --role-name ${role} \\`,
      '  --assume-role-policy-document file://s3-batch-role-trust.json',
      `aws iam put-role-policy --role-name ${role} --policy-name ${role} \\`,
      '  --policy-document file://s3-batch-role-policy.json',
      '',
      '# For a list: upload it. Its ETag goes into the document of the job.',
      "aws s3 cp '<MANIFEST_FILE>' 's3://<MANIFEST_BUCKET>/<MANIFEST_KEY>'",
      "aws s3api head-object --bucket '<MANIFEST_BUCKET>' --key '<MANIFEST_KEY>' --query ETag",
      '',
      '# A job. It lists the objects, and waits.',
      `job=$(aws s3control create-job --region ${quote(context.region)} \\`,
      "  --cli-input-json 'file://<JOB_FILE>' --query JobId --output text)",
      `aws s3control describe-job ${job} --job-id "$job" \\`,
      "  --query 'Job.[Status, ProgressSummary, FailureReasons]'",
      '',
      '# Once it is Suspended and the number of objects is right, this begins to change them:',
      `# aws s3control update-job-status ${job} --job-id "$job" \\`,
      '#   --requested-job-status Ready',
      ''
    ].join('\n'),
    notes: [
      trans.__(
        'Whoever creates a job needs s3:CreateJob and iam:PassRole for the role; to confirm it, s3:UpdateJobStatus. A job is created in the Region of its bucket.'
      ),
      trans.__(
        'S3 writes the report with SSE-S3 always: a bucket whose policy requires another encryption refuses it. ExpectedBucketOwner makes sure that the bucket is in this account. With AllTasks as ReportScope it lists every object, not only those that failed.'
      ),
      trans.__(
        'Try the job with a list of a few objects first, and look at them with an audit. CloudFormation and Terraform have no resource for a job, only for its role: those documents are in their tabs.'
      )
    ]
  };
}

/** The jobs, their role, and the commands. */
export function s3Batch(context: IContext): IPart {
  const { trans } = context;
  const omitted: IOmitted[] = [];
  const documents: IClusterDocument[] = [];
  for (const bucket of context.buckets) {
    const ways: readonly [Way, boolean][] = [
      ['update', canUpdate(context, bucket)],
      ['copy', canCopy(bucket)]
    ];
    for (const [way, can] of ways) {
      if (!can) {
        omitted.push(refusal(context, bucket, way));
      }
      for (const objects of objectsOf(context, bucket, way)) {
        const calls = jobs(context, bucket, way, objects);
        documents.push({
          id: `s3-batch-${way}-${objects}:${bucket.name}`,
          title: titleOf(way, objects, bucket.name, trans),
          service: SERVICE,
          format: 'json',
          text: json(calls.length === 1 ? calls[0] : calls),
          notes: jobNotes(context, bucket, way, objects, calls.length)
        });
      }
    }
  }
  if (documents.length === 0) {
    return { documents, omitted };
  }
  const policy = acceptedPolicy(context);
  if (policy === null && rolePolicy(context) !== null) {
    omitted.push({
      id: 's3-batch-role-policy',
      service: SERVICE,
      field: 'buckets',
      reason: trans.__(
        'The policy of the role would be larger than AWS accepts: ask for fewer buckets at a time.'
      )
    });
  }
  return {
    documents: [
      ...documents,
      ...roleDocuments(context, policy),
      ...(policy === null ? [] : [commands(context)])
    ],
    omitted
  };
}
