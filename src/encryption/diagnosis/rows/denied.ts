/**
 * Refusals of S3 that give no reason. The same words come from every service
 * of AWS, so a row asks for what only a request for data on S3 prints.
 */

import { needsCustomerKey } from '../../profile/profile';
import { bucketIn, folded, words } from '../errorText';
import type { Answer, IContext, IFound } from '../types';

/** Calls that read or write objects; listing and deleting use no key. */
const DATA_CALLS =
  'GetObject|PutObject|CopyObject|CreateMultipartUpload|UploadPart|UploadPartCopy|CompleteMultipartUpload|GetObjectAttributes';

/** Without a body: the answer to HEAD, or a store or proxy that sends none. */
type Form = 'reason-not-given' | 'no-body';

interface IDeniedRow {
  readonly form: Form;
  /** Program that prints it, and where that is seen. */
  readonly source: string;
  readonly at: RegExp;
  /** The text has to name S3 somewhere else. */
  readonly needsS3?: boolean;
}

const S3_NEAR = /\bs3fs\b|\bs3:\/\/|\baiobotocore\b|\bbotocore\b/;

const ARROW =
  'AWS Error (?:ACCESS_DENIED|\\[code 15\\])(?: \\([^()]{0,60}\\))?(?: during (?:HeadObject|GetObject|PutObject|CreateMultipartUpload|UploadPart|CompleteMultipartUpload|CopyObject) operation(?: \\([^()]{0,80}\\))?)?: ';

const WRITTEN: readonly IDeniedRow[] = [
  {
    form: 'reason-not-given',
    source: 'AWS SDK for Java 1 (S3A to Hadoop 3.3, EMRFS, Hive, Athena, Glue)',
    at: new RegExp(
      `${words('Access Denied')} ?\\(Service: (?:Amazon )?S3; Status Code: 403; Error Code: AccessDenied`,
      'g'
    )
  },
  {
    form: 'no-body',
    source: 'AWS SDK for Java 1; sparklyr/sparklyr#3254',
    at: /(?:Forbidden|null|Access Denied)[^()]{0,400}\(Service: (?:Amazon )?S3; Status Code: 403; Error Code: (?:403 )?(?:Forbidden|null)/g
  },
  {
    form: 'reason-not-given',
    source: 'AWS SDK for Java 2 (S3A from Hadoop 3.4, Iceberg)',
    at: new RegExp(
      `${words('Access Denied')} ?\\(Service: (?:Amazon )?S3, Status Code: 403`,
      'g'
    )
  },
  {
    form: 'no-body',
    source: 'AWS SDK for Java 2; apache/hadoop#6507',
    at: /\b(?:null|Forbidden) ?\(Service: (?:Amazon )?S3, Status Code: 403/g
  },
  {
    form: 'reason-not-given',
    source: 'botocore, ClientError (boto3, s3fs, awswrangler)',
    at: new RegExp(
      `\\(AccessDenied\\) when calling the (?:${DATA_CALLS}) operation(?: \\(reached max retries: \\d{1,3}\\))?: Access Denied`,
      'g'
    )
  },
  {
    form: 'no-body',
    source: 'botocore, ClientError; MetOffice/aws-earth-examples#2',
    at: /\((?:403|Forbidden|AccessDenied)\) when calling the (?:HeadObject|GetObject|PutObject) operation(?: \(reached max retries: \d{1,3}\))?: Forbidden/g
  },
  {
    form: 'no-body',
    source: 's3fs, translate_boto_error',
    at: /\bPermissionError: Forbidden\b/g,
    needsS3: true
  },
  {
    form: 'reason-not-given',
    source: 's3fs, translate_boto_error',
    at: /\bPermissionError: Access Denied\b/g,
    needsS3: true
  },
  {
    form: 'no-body',
    source: 'Apache Arrow, S3FileSystem (pyarrow)',
    at: new RegExp(`${ARROW}(?:No response body|Forbidden)`, 'g')
  },
  {
    form: 'reason-not-given',
    source: 'Apache Arrow, S3FileSystem (pyarrow)',
    at: new RegExp(`${ARROW}Access ?Denied`, 'g')
  },
  {
    form: 'no-body',
    source: 'AWS SDK for Java 1.7 (S3A of Hadoop 2.7)',
    at: /Status Code: 403, AWS Service: Amazon S3, AWS Request ID: \w{1,60}, AWS Error Code: null, AWS Error Message: Forbidden/g
  },
  {
    form: 'reason-not-given',
    source: 'AWS SDK for Java 1.7 (S3A of Hadoop 2.7)',
    at: /Status Code: 403, AWS Service: Amazon S3, AWS Request ID: \w{1,60}, AWS Error Code: AccessDenied, AWS Error Message: Access Denied/g
  },
  {
    form: 'no-body',
    source: 'object_store (polars, delta-rs); pola-rs/polars#14893',
    at: /Generic S3 error[^<]{0,400}\b(?:403 Forbidden|status 403)\b[^<]{0,40}(?:No Body|$|\n)/g
  },
  {
    form: 'no-body',
    source: 'object_store from 0.10 on (Error::PermissionDenied), at S3 itself',
    at: /lacked the necessary privileges to complete for path [^<]{0,600}?\.amazonaws\.com[^<]{0,600}?\b403 Forbidden\b[^<]{0,40}?(?:No Body|$|\n(?!<))/g
  },
  {
    form: 'reason-not-given',
    source:
      'Amazon Redshift database developer guide, S3ServiceException errors',
    at: /S3ServiceException: ?Access Denied, ?Status 403, ?Error AccessDenied/g
  },
  {
    form: 'reason-not-given',
    source: 'object_store (polars, delta-rs), XML of S3',
    at: /Generic S3 error[^<]{0,400}\b403 Forbidden\b[^<]{0,40}(?:<\?xml[^>]{0,80}> ?)?<Error> ?<Code>AccessDenied<\/Code> ?<Message>Access Denied<\/Message>/g
  },
  {
    form: 'reason-not-given',
    source:
      'Amazon S3 API reference, Error responses (RequestId and HostId are of S3)',
    at: /<Error> ?<Code>AccessDenied<\/Code> ?<Message>Access Denied<\/Message> ?<RequestId>[^<]{0,100}<\/RequestId> ?<HostId>/g
  },
  {
    form: 'reason-not-given',
    source: 'Amazon Athena user guide, Troubleshooting: access to the results',
    at: /Access denied when writing (?:output )?to (?:url|location): s3:\/\//gi
  },
  {
    form: 'reason-not-given',
    source: 'Amazon Athena user guide, Troubleshooting: access to the results',
    at: /You do not seem to have access to the S3 location of your query results/g
  },
  {
    form: 'reason-not-given',
    source: 'Amazon Athena user guide, Troubleshooting: access to the data',
    at: /Permission denied on S3 path: s3:\/\//g
  }
];

const ROWS = WRITTEN.map(row => ({ ...row, at: folded(row.at) }));

/** What S3A was doing, if it was listing, deleting or asking for a bucket. */
const NOT_DATA =
  /\b(?:listStatus|innerListStatus|listFiles|listLocatedStatus|listObjects|List|delete|bulkDelete|deleteObjects|remove keys|doesBucketExist|doesBucketExistV2|verifyBucketExists)\b[^\n]{0,12} s3[an]?:\/\/[^\n]{0,500}$|\bdoesBucketExist(?:V2)? on [^\n]{0,500}$|MultiObjectDeleteException[^\n]{0,800}$/;

/** What is looked up in all of a text, once for all that is found in it. */
interface IWhole {
  readonly bucket: string | null;
  readonly namesS3: boolean;
}

/** Every refusal without a reason in a text. */
export function deniedIn(context: IContext): IFound[] {
  const { text } = context;
  const whole: IWhole = {
    bucket: bucketIn(text),
    namesS3: S3_NEAR.test(text)
  };
  return ROWS.flatMap(({ at, form, needsS3 }) =>
    [...text.matchAll(at)]
      .slice(-100)
      .filter(found => {
        const before = text.slice(Math.max(found.index - 1000, 0), found.index);
        return !NOT_DATA.test(before) && (needsS3 !== true || whole.namesS3);
      })
      .map(found => {
        const from = found.index;
        const to = from + found[0].length;
        return { from, to, answer: answer(form, from, to, context, whole) };
      })
  );
}

function answer(
  form: Form,
  from: number,
  to: number,
  { known, text, trans }: IContext,
  whole: IWhole
): Answer {
  const bucket =
    bucketIn(text.slice(Math.max(from - 600, 0), to + 300)) ?? whole.bucket;
  const to_ = bucket === null ? '' : trans.__(' to the bucket %1', bucket);
  const customer =
    known.profile && needsCustomerKey(known.profile.method)
      ? [
          trans.__(
            "An object written with an SSE-C key other than this notebook's is refused in the same way."
          )
        ]
      : [];
  return form === 'no-body'
    ? {
        code: 'forbidden-without-reason',
        who: 'administrator-of-the-role',
        cause: trans.__(
          'S3 denies this request%1, and its answer has no text, so it gives no reason.',
          to_
        ),
        what: [
          trans.__(
            'Check s3:GetObject on the objects and s3:ListBucket on the bucket first (s3:PutObject for a write): without s3:ListBucket even an object that is not there is denied. Then check the policies of the bucket and, if the object has SSE-KMS, of its key.'
          ),
          ...customer
        ].join(' ')
      }
    : {
        code: 'access-denied',
        who: 'administrator-of-the-role',
        cause: trans.__(
          'S3 denies this request%1 and does not say which permission or policy is the reason.',
          to_
        ),
        what: [
          trans.__(
            "Check the policies of the role, the bucket and the key. Across accounts AWS never says more, but CloudTrail in the bucket's account does."
          ),
          ...customer
        ].join(' ')
      };
}
