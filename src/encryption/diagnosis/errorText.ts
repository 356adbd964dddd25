/**
 * An error text as it can be searched: without colours, boxes and escapes, with
 * every run of blanks as one, and of limited length. Pure; says nothing about
 * causes. Everything here takes time that is linear in the length of the text.
 */

/** Of a longer text the start and, because errors are there, most of the end. */
const START = 100_000;
const END = 300_000;

const ENTITIES: Readonly<Record<string, string>> = {
  quot: '"',
  '#34': '"',
  '#x22': '"',
  apos: "'",
  '#39': "'",
  '#x27': "'",
  lt: '<',
  '#60': '<',
  gt: '>',
  '#62': '>',
  '#10': '\n',
  nbsp: ' ',
  amp: '&'
};
const ESCAPED: Readonly<Record<string, string>> = {
  n: '\n',
  r: '\n',
  t: ' ',
  '"': '"',
  "'": "'",
  '/': '/'
};

/**
 * Characters that no sentence of AWS has: what draws boxes around tracebacks,
 * and what changes the direction or the look of a text.
 */
const NOT_TEXT =
  // eslint-disable-next-line no-control-regex
  /[\u0000-\u0008\u000e-\u001f\u007f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u2500-\u257f]/g;

/** The text of an output, ready to be searched. */
export function searchable(text: string): string {
  const kept =
    text.length > START + END
      ? `${text.slice(0, START)}\n${text.slice(-END)}`
      : text;
  return (
    kept
      // eslint-disable-next-line no-control-regex
      .replace(/\u001b\[[0-9;?]{0,40}[A-Za-z]/g, '')
      .replace(/<br ?\/?>/gi, '\n')
      .replace(
        /&(?:amp;){0,3}(quot|apos|lt|gt|nbsp|amp|#34|#39|#60|#62|#10|#x22|#x27);/gi,
        (_whole, name: string) => ENTITIES[name.toLowerCase()] ?? ' '
      )
      .replace(
        /\\{1,16}(?:u00(22|27|3c|3e|26|2f|0a)|x(22|27)|(["'/nrt]))/gi,
        (whole, unicode?: string, hex?: string, plain?: string) => {
          const code = unicode ?? hex;
          return code !== undefined
            ? String.fromCharCode(parseInt(code, 16))
            : (ESCAPED[plain ?? ''] ?? whole);
        }
      )
      .replace(/[“”]/g, '"')
      .replace(/[‘’]/g, "'")
      .replace(NOT_TEXT, '')
      .replace(/\s+/g, blanks => (/[\r\n]/.test(blanks) ? '\n' : ' '))
  );
}

/**
 * A pattern for words that a terminal may have broken at any character. Blanks
 * in a searchable text are single, so each is one character here too.
 */
export function words(text: string): string {
  return Array.from(text)
    .map(letter =>
      letter === ' ' ? '[ \\n]' : letter.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
    )
    .join('\\n?');
}

/** The same pattern for a text in which any blank may be a line break. */
export function folded({ source, flags }: RegExp): RegExp {
  let inClass = false;
  let result = '';
  for (let at = 0; at < source.length; at += 1) {
    const letter = source[at] ?? '';
    if (letter === '\\') {
      result += letter + (source[at + 1] ?? '');
      at += 1;
      continue;
    }
    inClass = letter === '[' || (inClass && letter !== ']');
    result += letter === ' ' && !inClass ? '[ \\n]' : letter;
  }
  return new RegExp(result, flags);
}

const KEY =
  /arn:aws[a-z-]{0,12}:kms:[a-z0-9-]{1,30}:[^\s:"']{1,20}:(?:key|alias)\/[A-Za-z0-9/_-]{1,256}/;

/** The first key that is named by its ARN. */
export function keyIn(text: string): string | null {
  return KEY.exec(text)?.[0] ?? null;
}

/** The bucket of an ARN of S3, or of the first path in a text. */
export function bucketIn(text: string): string | null {
  return (
    /arn:aws[a-z-]{0,12}:s3:::([a-z0-9.-]{3,63})/.exec(text)?.[1] ??
    /\bs3[an]?:\/\/([a-z0-9][a-z0-9.-]{1,62})/.exec(text)?.[1] ??
    null
  );
}

/** The line that a place is on, as far as that place. */
export function lineBefore(text: string, at: number): string {
  const before = text.slice(Math.max(at - 1000, 0), at);
  return before.slice(before.lastIndexOf('\n') + 1);
}

/**
 * Calls of S3 and KMS, and of Athena for its results on S3, as SDKs name them.
 * Source: API references of Amazon S3, AWS KMS and Amazon Athena.
 */
const OUR_CALLS = new Set(
  (
    'GetObject PutObject HeadObject CopyObject CreateMultipartUpload UploadPart ' +
    'UploadPartCopy CompleteMultipartUpload AbortMultipartUpload ListObjects ' +
    'ListObjectsV2 ListMultipartUploads ListParts ListBuckets HeadBucket ' +
    'GetBucketLocation GetObjectAttributes GetObjectTagging PutObjectTagging ' +
    'DeleteObject DeleteObjects CreateSession UpdateObjectEncryption RenameObject ' +
    'GetDataAccess GetBucketEncryption PutBucketEncryption GetBucketPolicy ' +
    'PutBucketPolicy GenerateDataKey GenerateDataKeyWithoutPlaintext Decrypt ' +
    'Encrypt ReEncrypt DescribeKey GetTableMetadataLocation ' +
    'UpdateTableMetadataLocation GetTableData PutTableData StartQueryExecution ' +
    'GetQueryExecution GetQueryResults'
  ).split(' ')
);
/** How the SDKs for Java name the services, in versions 1 and 2. */
const OUR_SERVICES =
  /^(?:Amazon ?S3|S3|S3 ?Control|S3 ?Tables|AWS ?KMS|KMS|Amazon ?Athena|Athena|null)$/i;

/** The call whose error a message is: what botocore prints just before it. */
const CALL_BEFORE = folded(
  /when calling the (\w{1,60}) operation(?: \(reached max retries: \d{1,3}\))?: (?:(?:[\w ]|\.(?=\w)|\n(?![\w.]{1,100}:)){0,100}: ){0,3}[\w '\n]{0,12}$/
);
/** The same, if what was found is the code of the error. */
const CALL_AFTER = folded(/^\) when calling the (\w{1,60})/);

const SERVICE = folded(/\(Service: ([\w ]{1,40})[;,]/);

/** Does the message that a place is in say that another service was called? */
export function byAnotherService(
  text: string,
  from: number,
  to: number
): boolean {
  const call =
    CALL_BEFORE.exec(text.slice(Math.max(from - 400, 0), from)) ??
    CALL_AFTER.exec(text.slice(to, to + 100));
  if (call !== null) {
    return !OUR_CALLS.has(call[1] ?? '');
  }
  const service = SERVICE.exec(
    // Not that of the next message.
    text.slice(from, to + 400).split(/\n(?=[\w.]{1,100}: )/)[0] ?? ''
  );
  return service !== null && !OUR_SERVICES.test(service[1] ?? '');
}
