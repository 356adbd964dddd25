/**
 * The same refusal has the same answer in whatever form it is printed: quoted
 * or not, escaped, wrapped, in a box, in a log, above or below other lines.
 */

import * as fc from 'fast-check';

import { diagnose } from '..';
import type { DiagnosisCode } from '..';
import { ordinaryErrors } from './ordinaryErrors';

const WHO = 'arn:aws:sts::111122223333:assumed-role/analytics-role/session-1';
const KEY =
  'arn:aws:kms:us-west-2:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const OBJECT = 'arn:aws:s3:::raw-zone/table/part-0';

interface IRefused {
  readonly action: string;
  readonly resource: string;
  readonly why: string;
  readonly code: DiagnosisCode;
}

const no = (policy: string, action: string): string =>
  `because no ${policy} allows the ${action} action`;
const deny = (policy: string): string => `with an explicit deny in ${policy}`;

/** Every kind of policy, missing and denied. Source: IAM user guide. */
const REFUSED: readonly IRefused[] = [
  ...(
    [
      ['identity-based policy', 'permission-missing'],
      ['resource-based policy', 'key-policy-missing'],
      ['session policy', 'session-policy-missing'],
      ['permissions boundary', 'boundary-missing'],
      ['VPC endpoint policy', 'endpoint-policy-missing'],
      ['service control policy', 'organization-policy-missing'],
      ['resource control policy', 'organization-policy-missing']
    ] as const
  ).map(([policy, code]) => ({
    action: 'kms:GenerateDataKey',
    resource: KEY,
    why: no(policy, 'kms:GenerateDataKey'),
    code
  })),
  ...[
    'an identity-based policy',
    'a resource-based policy',
    'a session policy',
    'a permissions boundary',
    'a VPC endpoint policy',
    'a service control policy',
    'a resource control policy'
  ].map(policy => ({
    action: 'kms:Decrypt',
    resource: KEY,
    why: deny(policy),
    code: 'denied-explicitly' as const
  })),
  {
    action: 's3express:CreateSession',
    resource:
      'arn:aws:s3express:us-west-2:111122223333:bucket/lake--usw2-az1--x-s3',
    why: no('identity-based policy', 's3express:CreateSession'),
    code: 'permission-missing'
  },
  {
    action: 's3:UpdateObjectEncryption',
    resource: OBJECT,
    why: deny('a resource-based policy'),
    code: 'denied-by-bucket-policy'
  },
  {
    action: 's3:PutObject',
    resource: OBJECT,
    why: no('identity-based policy', 's3:PutObject'),
    code: 'permission-missing'
  },
  {
    action: 's3:GetObject',
    resource: OBJECT,
    why: no('resource-based policy', 's3:GetObject'),
    code: 'bucket-policy-missing'
  },
  {
    action: 's3:PutObject',
    resource: OBJECT,
    why: deny('a resource-based policy'),
    code: 'denied-by-bucket-policy'
  },
  {
    action: 's3:PutObject',
    resource: OBJECT,
    why: 'because this bucket has blocked upload requests that specify Server Side Encryption with Customer provided keys (SSE-C). Please specify a different server-side encryption type',
    code: 'sse-c-blocked'
  }
];

/** How programs put the sentence of AWS into a message. */
const AROUND: readonly (readonly [string, string])[] = [
  ['', ''],
  [
    'An error occurred (AccessDenied) when calling the PutObject operation: ',
    ''
  ],
  [
    'botocore.exceptions.ClientError: An error occurred (AccessDenied) when calling the UploadPart operation (reached max retries: 4): ',
    ''
  ],
  ['PermissionError: ', ''],
  [
    "OSError: When initiating multiple part upload for key 'a' in bucket 'b': AWS Error ACCESS_DENIED during CreateMultipartUpload operation: ",
    ''
  ],
  [
    'Generic S3 error: Client error with status 403 Forbidden: <?xml version="1.0"?>\n<Error><Code>AccessDenied</Code><Message>',
    '</Message><RequestId>R</RequestId><HostId>H</HostId></Error>'
  ],
  [
    'java.nio.file.AccessDeniedException: s3a://b/t: PUT 0-byte object  on t: com.amazonaws.services.s3.model.AmazonS3Exception: ',
    ' (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: R; S3 Extended Request ID: E; Proxy: null), S3 Extended Request ID: E:AccessDenied'
  ],
  [
    'java.nio.file.AccessDeniedException: s3a://b/t: open s3a://b/t at 0 on s3a://b/t: software.amazon.awssdk.services.s3.model.S3Exception: ',
    ' (Service: S3, Status Code: 403, Request ID: R, Extended Request ID: E) (SDK Attempt Count: 1):AccessDenied'
  ],
  [
    'com.amazon.ws.emr.hadoop.fs.shaded.com.amazonaws.services.s3.model.AmazonS3Exception: ',
    ' (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: R)'
  ],
  [
    'com.amazonaws.services.kms.model.AWSKMSException: ',
    ' (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException; Request ID: R; Proxy: null)'
  ],
  [
    'software.amazon.awssdk.services.kms.model.KmsException: ',
    ' (Service: Kms, Status Code: 400, Request ID: R)'
  ],
  [
    'org.apache.iceberg.exceptions.RESTException: ServerError: S3Exception: ',
    ' (Service: S3, Status Code: 403, Request ID: R)'
  ],
  [
    'com.amazonaws.services.s3.model.AmazonS3Exception: Status Code: 403, AWS Service: Amazon S3, AWS Request ID: R, AWS Error Code: AccessDenied, AWS Error Message: ',
    ', S3 Extended Request ID: E'
  ],
  [
    'polars.exceptions.ComputeError: The operation lacked the necessary privileges to complete for path t: Error performing PUT https://b.s3.us-west-2.amazonaws.com/t in 9ms - Server returned non-2xx status code: 403 Forbidden: <?xml version="1.0"?>\n<Error><Code>AccessDenied</Code><Message>',
    '</Message><RequestId>R</RequestId><HostId>H</HostId></Error>'
  ],
  [
    'FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask. MetaException(message:java.nio.file.AccessDeniedException: s3a://b/t: getFileStatus on s3a://b/t: com.amazonaws.services.s3.model.AmazonS3Exception: ',
    ' (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: R))'
  ],
  [
    'org.apache.hudi.exception.HoodieIOException: Failed to write to s3a://b/t/.hoodie/hoodie.properties: software.amazon.awssdk.services.s3.model.S3Exception: ',
    ' (Service: S3, Status Code: 403, Request ID: R, Extended Request ID: E)'
  ],
  [
    'An error occurred while calling o85.pyWriteDynamicFrame. ',
    ' (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: R; S3 Extended Request ID: E; Proxy: null)'
  ],
  [
    'psycopg2.errors.InternalError_: S3ServiceException:',
    ',Status 403,Error AccessDenied,Rid R,ExtRid E,CanRetry 1'
  ],
  [
    'awswrangler.exceptions.QueryFailed: HIVE_CURSOR_ERROR: ',
    ". You may need to manually clean the data at location 's3://b/x'"
  ]
];

const html = (text: string): string =>
  text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;');
/** What a log, a page or a shell makes of a message. */
const ESCAPES: readonly ((text: string) => string)[] = [
  text => text,
  text => JSON.stringify({ log: text }),
  text => JSON.stringify(JSON.stringify({ log: text })),
  html,
  text => html(html(text)),
  text => `\u001b[0;31m${text}\u001b[0m`
];

function wrap(text: string, width: number, box: boolean): string {
  const lines = text.match(new RegExp(`[^]{1,${width}}`, 'g')) ?? [];
  return box ? lines.map(line => `│ ${line} │`).join('\n') : lines.join('\n');
}

/** Broken between words, as logs and editors do. */
function fold(text: string, every: number): string {
  let word = 0;
  return text.replace(/ /g, () => ((word += 1) % every === 0 ? '\n    ' : ' '));
}

const LAYOUT = fc.oneof(
  fc.constant((text: string) => text),
  fc
    .integer({ min: 2, max: 9 })
    .map(every => (text: string) => fold(text, every)),
  fc.tuple(fc.integer({ min: 60, max: 160 }), fc.boolean()).map(
    ([width, box]) =>
      (text: string) =>
        wrap(text, width, box)
  )
);
const LINES = fc.array(
  fc.constantFrom(...ordinaryErrors().filter(text => !text.includes('User: '))),
  { maxLength: 4 }
);

it('whatever the form, the answer to a refusal is the same', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...REFUSED),
      fc.constantFrom(...AROUND),
      fc.constantFrom('', '"', "'"),
      fc.constantFrom(...ESCAPES),
      LAYOUT,
      LINES,
      LINES,
      (refused, [before, after], quote, escape, layout, above, below) => {
        const sentence = `User: ${WHO} is not authorized to perform: ${refused.action} on resource: ${quote}${refused.resource}${quote} ${refused.why}`;
        const text = [
          ...above,
          escape(layout(`${before}${sentence}${after}`)),
          ...below
        ].join('\n');
        const plain = diagnose(sentence);
        const found = diagnose(text);
        expect(found?.code).toBe(refused.code);
        expect(found?.who).toBe(plain?.who);
        expect(found?.cause).toBe(plain?.cause);
        expect(found?.statement).toEqual(plain?.statement);
      }
    ),
    { numRuns: 1000 }
  );
});

it('every kind of policy has one answer for a missing Allow and another for a Deny', () => {
  const code = (why: string): string | undefined =>
    diagnose(
      `User: ${WHO} is not authorized to perform: kms:Decrypt on resource: ${KEY} ${why}`
    )?.code;
  for (const policy of [
    'identity-based policy',
    'session policy',
    'VPC endpoint policy'
  ]) {
    expect(code(no(policy, 'kms:Decrypt'))).not.toBe(code(deny(`a ${policy}`)));
  }
});

/** Sentences that are no refusal, in the words of AWS, Hadoop and others. */
const OTHERS: readonly (readonly [string, DiagnosisCode])[] = [
  [`${KEY} is disabled.`, 'key-disabled'],
  [`${KEY} is pending deletion.`, 'key-pending-deletion'],
  [`${KEY} is pending import.`, 'key-pending-import'],
  [`Key '${KEY}' does not exist`, 'key-not-found'],
  ['Invalid keyId aws/s3', 'key-not-found'],
  ['Invalid arn us-east-1', 'key-other-region'],
  [
    'You cannot generate a data key with an asymmetric CMK',
    'key-not-symmetric'
  ],
  [
    'You have exceeded the rate at which you may call KMS. Reduce the frequency of your calls.',
    'kms-throttled'
  ],
  [
    'Requests specifying Server Side Encryption with AWS KMS managed keys require AWS Signature Version 4.',
    'signature-version-4'
  ],
  [
    'Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.',
    'tls-required'
  ],
  [
    'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
    'key-without-aws-kms'
  ],
  [
    'The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.',
    'sse-c-no-key'
  ],
  [
    'The provided encryption parameters did not match the ones used originally.',
    'sse-c-other-key'
  ],
  [
    'The encryption parameters are not applicable to this object.',
    'sse-c-not-used'
  ],
  ['The encryption method specified is not supported', 'unknown-algorithm'],
  [
    'Server side encryption specified but KMS is not configured',
    'store-without-kms'
  ],
  [
    'Please reduce your request rate for operations involving AWS KMS.',
    'kms-throttled'
  ],
  [
    'x-amz-server-side-encryption header is not supported for this operation.',
    'header-not-supported'
  ],
  [
    "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map",
    'encryption-context-malformed'
  ],
  [
    'The multipart upload initiate requested encryption. Subsequent part requests must include the appropriate encryption parameters.',
    'sse-c-no-key'
  ],
  [
    'You do not have READ permissions to the requested S3 Prefix: s3://raw-zone/a/*',
    'access-grant-missing'
  ],
  [
    'The AWS KMS key in the request must be owned by the same account as the bucket.',
    'encryption-not-updated'
  ],
  [
    "The encryption type for the specified object can't be updated because that object is protected by S3 Object Lock.",
    'encryption-not-updated'
  ],
  [
    "The UpdateObjectEncryption operation doesn't support source objects with the encryption type DSSE-KMS or SSE-C.",
    'encryption-not-updated'
  ],
  [
    "Requests that modify an object's encryption type to SSE-KMS require an AWS KMS key Amazon Resource Name (ARN).",
    'encryption-not-updated'
  ],
  [
    'CSE-KMS method requires KMS key ID. Use fs.s3a.encryption.key property to set it.',
    'cse-no-key'
  ],
  [
    'Class software.amazon.encryption.s3.S3EncryptionClient No encryption client available',
    'cse-no-library'
  ],
  [
    'Unable to perform range get request: Range get support has been disabled.',
    'cse-range-get'
  ],
  ['Cannot support given S3 encryption type: sse-kms', 'unknown-algorithm'],
  [
    'Instruction file not found for S3 object with bucket name: b, key: k',
    'cse-plain-object'
  ]
];

it('nor does the form change what any other error means', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...OTHERS),
      fc.constantFrom(...ESCAPES),
      fc.oneof(fc.constant(0), fc.integer({ min: 2, max: 9 })),
      LINES,
      LINES,
      ([sentence, code], escape, every, above, below) => {
        const message = `S3Exception: ${sentence} (Service: S3, Status Code: 400)`;
        const text = escape(every === 0 ? message : fold(message, every));
        expect(diagnose([...above, text, ...below].join('\n'))?.code).toBe(
          code
        );
      }
    ),
    { numRuns: 1000 }
  );
});
