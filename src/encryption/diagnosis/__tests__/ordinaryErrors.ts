/**
 * Messages of ordinary failures, in the forms in which programs print them:
 * {A} to {D} stand for names, {N} for a number, {R} for a Region. None of them
 * is about the encryption of data on S3.
 */

const REFUSED =
  'User: arn:aws:sts::111122223333:assumed-role/{A}/{B} is not authorized to perform:';
const WHY = 'because no identity-based policy allows the';

/** Refusals of other services, and of S3 for what is not reading or writing data. */
const REFUSALS: readonly string[] = [
  ...[
    'sts:AssumeRole on resource: arn:aws:iam::444455556666:role/{C}',
    'sts:TagSession on resource: arn:aws:iam::444455556666:role/{C}',
    'iam:PassRole on resource: arn:aws:iam::111122223333:role/{C}',
    'glue:GetTable on resource: arn:aws:glue:{R}:111122223333:table/{C}/{D}',
    'glue:CreateDatabase on resource: arn:aws:glue:{R}:111122223333:catalog',
    'lakeformation:GetDataAccess on resource: arn:aws:glue:{R}:111122223333:table/{C}/{D}',
    'athena:StartQueryExecution on resource: arn:aws:athena:{R}:111122223333:workgroup/{C}',
    'secretsmanager:GetSecretValue on resource: {C}',
    'ssm:GetParameter on resource: arn:aws:ssm:{R}:111122223333:parameter/{C}',
    'dynamodb:PutItem on resource: arn:aws:dynamodb:{R}:111122223333:table/{C}',
    'sqs:SendMessage on resource: arn:aws:sqs:{R}:111122223333:{C}',
    'sns:Publish on resource: arn:aws:sns:{R}:111122223333:{C}',
    'logs:PutLogEvents on resource: arn:aws:logs:{R}:111122223333:log-group:{C}',
    'cloudwatch:PutMetricData',
    'ec2:DescribeInstances',
    'elasticmapreduce:RunJobFlow on resource: arn:aws:elasticmapreduce:{R}:111122223333:cluster/*',
    'sagemaker:CreateTrainingJob on resource: arn:aws:sagemaker:{R}:111122223333:training-job/{C}',
    'redshift-serverless:GetCredentials on resource: arn:aws:redshift-serverless:{R}:111122223333:workgroup/{C}',
    'ecr:GetAuthorizationToken on resource: *',
    'lambda:InvokeFunction on resource: arn:aws:lambda:{R}:111122223333:function:{C}',
    'bedrock:InvokeModel on resource: arn:aws:bedrock:{R}::foundation-model/{C}',
    's3:ListAllMyBuckets',
    's3:CreateBucket on resource: "arn:aws:s3:::{C}"',
    's3:PutBucketPolicy on resource: "arn:aws:s3:::{C}"',
    's3:PutObjectAcl on resource: "arn:aws:s3:::{C}/{D}"',
    's3:PutLifecycleConfiguration on resource: "arn:aws:s3:::{C}"',
    'kms:CreateKey on resource: *',
    'kms:ListAliases on resource: *',
    'kms:PutKeyPolicy on resource: arn:aws:kms:{R}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab'
  ].map(
    action => `${REFUSED} ${action} ${WHY} ${action.split(' ')[0] ?? ''} action`
  ),
  `An error occurred (AccessDeniedException) when calling the GetSecretValue operation: ${REFUSED} kms:Decrypt on resource: arn:aws:kms:{R}:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab ${WHY} kms:Decrypt action`,
  `An error occurred (KMSAccessDeniedException) when calling the Invoke operation: Lambda was unable to decrypt the environment variables because KMS access was denied. Please check the function's KMS key settings. KMS Exception: AccessDeniedException`,
  'An error occurred (AccessDeniedException) when calling the PutItem operation: KMS key access denied error: com.amazonaws.services.kms.model.AWSKMSException: The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not allowed to access. (Service: AWSKMS; Status Code: 400; Error Code: AccessDeniedException',
  'An error occurred (AccessDenied) when calling the AssumeRoleWithWebIdentity operation: Not authorized to perform sts:AssumeRoleWithWebIdentity',
  'An error occurred (AccessDenied) when calling the AssumeRole operation: MultiFactorAuthentication failed with invalid MFA one time pass code.',
  'An error occurred (AccessDenied) when calling the ListBuckets operation: Access Denied',
  'An error occurred (AccessDenied) when calling the ListObjectsV2 operation: Access Denied',
  'An error occurred (AccessDenied) when calling the DeleteObject operation: Access Denied',
  'An error occurred (AccessDenied) when calling the PutBucketPolicy operation: Access Denied',
  'An error occurred (AccessDenied) when calling the GetFederationToken operation: Cannot call GetFederationToken with session credentials',
  'An error occurred (UnauthorizedOperation) when calling the DescribeVpcs operation: You are not authorized to perform this operation.',
  'software.amazon.awssdk.services.sts.model.StsException: Not authorized to perform sts:AssumeRoleWithWebIdentity (Service: Sts, Status Code: 403, Request ID: {A})',
  'com.amazonaws.services.glue.model.AccessDeniedException: Insufficient Lake Formation permission(s) on {C} (Service: AWSGlue; Status Code: 400; Error Code: AccessDeniedException; Request ID: {A})',
  'com.amazonaws.services.securitytoken.model.RegionDisabledException: STS is not activated in this region for account:111122223333. (Service: AWSSecurityTokenService; Status Code: 403; Error Code: RegionDisabledException; Request ID: {A})',
  'Caused by: MetaException(message:User: arn:aws:sts::111122223333:assumed-role/{A}/{B} is not authorized to perform: glue:GetDatabase on resource: arn:aws:glue:{R}:111122223333:database/{C} (Service: AWSGlue; Status Code: 400; Error Code: AccessDeniedException))'
];

/** S3 itself, for other reasons. */
const S3: readonly string[] = [
  'botocore.exceptions.ClientError: An error occurred (ExpiredToken) when calling the PutObject operation: The provided token has expired.',
  'botocore.exceptions.ClientError: An error occurred (ExpiredTokenException) when calling the GetCallerIdentity operation: The security token included in the request is expired',
  'botocore.exceptions.ClientError: An error occurred (InvalidAccessKeyId) when calling the GetObject operation: The AWS Access Key Id you provided does not exist in our records.',
  'botocore.exceptions.ClientError: An error occurred (SignatureDoesNotMatch) when calling the PutObject operation: The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  'botocore.exceptions.ClientError: An error occurred (RequestTimeTooSkewed) when calling the GetObject operation: The difference between the request time and the current time is too large.',
  'botocore.exceptions.ClientError: An error occurred (404) when calling the HeadObject operation: Not Found',
  'botocore.errorfactory.NoSuchBucket: An error occurred (NoSuchBucket) when calling the PutObject operation: The specified bucket does not exist',
  'botocore.errorfactory.NoSuchKey: An error occurred (NoSuchKey) when calling the GetObject operation: The specified key does not exist.',
  'botocore.exceptions.ClientError: An error occurred (SlowDown) when calling the PutObject operation (reached max retries: 4): Please reduce your request rate.',
  'botocore.exceptions.ClientError: An error occurred (PermanentRedirect) when calling the ListObjectsV2 operation: The bucket you are attempting to access must be addressed using the specified endpoint.',
  "botocore.exceptions.ClientError: An error occurred (InvalidObjectState) when calling the GetObject operation: The operation is not valid for the object's storage class",
  'botocore.exceptions.ClientError: An error occurred (400) when calling the HeadObject operation: Bad Request',
  'botocore.exceptions.ClientError: An error occurred (403) when calling the HeadBucket operation: Forbidden',
  'botocore.exceptions.ClientError: An error occurred (ThrottlingException) when calling the GetTable operation (reached max retries: 4): Rate exceeded',
  'botocore.exceptions.NoCredentialsError: Unable to locate credentials',
  'botocore.exceptions.EndpointConnectionError: Could not connect to the endpoint URL: "https://{C}.s3.{R}.amazonaws.com/{D}"',
  'botocore.exceptions.ParamValidationError: Parameter validation failed:\nInvalid bucket name "{C}/": Bucket name must match the regex',
  'An error occurred (AccessDenied) when calling the PutObject operation: User: arn:aws:iam::111122223333:user/{A} is not authorized to perform: s3:PutObject on resource: "arn:aws:s3:::{C}/{D}" because public ACLs are prevented by the BlockPublicAcls setting in S3 Block Public Access.',
  'User: anonymous is not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::{C}/{D}" because no resource-based policy allows the s3:GetObject action',
  'com.amazonaws.services.s3.model.AmazonS3Exception: The specified bucket does not exist (Service: Amazon S3; Status Code: 404; Error Code: NoSuchBucket; Request ID: {A}; S3 Extended Request ID: {B}; Proxy: null), S3 Extended Request ID: {B}',
  'com.amazonaws.services.s3.model.AmazonS3Exception: Status Code: 301, AWS Service: Amazon S3, AWS Request ID: {A}, AWS Error Code: PermanentRedirect',
  'com.amazonaws.services.s3.model.AmazonS3Exception: Bad Request (Service: Amazon S3; Status Code: 400; Error Code: 400 Bad Request; Request ID: {A}; S3 Extended Request ID: {B}; Proxy: null)',
  'com.amazonaws.services.s3.model.AmazonS3Exception: The AWS Access Key Id you provided does not exist in our records. (Service: Amazon S3; Status Code: 403; Error Code: InvalidAccessKeyId; Request ID: {A})',
  'software.amazon.awssdk.services.s3.model.S3Exception: The provided token has expired. (Service: S3, Status Code: 400, Request ID: {A}, Extended Request ID: {B})',
  'software.amazon.awssdk.services.s3.model.S3Exception: The request signature we calculated does not match the signature you provided. (Service: S3, Status Code: 403, Request ID: {A})',
  'doesBucketExist on {C}: java.nio.file.AccessDeniedException: {C}: doesBucketExist on {C}: com.amazonaws.services.s3.model.AmazonS3Exception: All access to this object has been disabled (Service: Amazon S3; Status Code: 403; Error Code: AllAccessDisabled; Request ID: {A};',
  'java.nio.file.AccessDeniedException: {C}: org.apache.hadoop.fs.s3a.auth.NoAuthWithAWSException: No AWS Credentials provided by TemporaryAWSCredentialsProvider SimpleAWSCredentialsProvider',
  'java.nio.file.AccessDeniedException: s3a://{C}/{D}: listStatus on s3a://{C}/{D}: com.amazonaws.services.s3.model.AmazonS3Exception: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: {A}',
  'java.nio.file.AccessDeniedException: delete on s3a://{C}/{D}: com.amazonaws.services.s3.model.AmazonS3Exception: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: {A}',
  'com.amazonaws.services.s3.model.MultiObjectDeleteException: One or more objects could not be deleted (Service: null; Status Code: 200; Error Code: null; Request ID: {A}): null: AccessDenied: {D}: Access Denied',
  'org.apache.hadoop.fs.s3a.AWSClientIOException: getFileStatus on s3a://{C}/{D}: com.amazonaws.SdkClientException: Unable to execute HTTP request: Connect to {C}.s3.amazonaws.com:443 failed: connect timed out',
  'java.lang.ClassNotFoundException: Class org.apache.hadoop.fs.s3a.S3AFileSystem not found',
  'java.lang.NoSuchMethodError: com.google.common.base.Preconditions.checkArgument(ZLjava/lang/String;Ljava/lang/Object;)V',
  'org.apache.hadoop.fs.UnsupportedFileSystemException: No FileSystem for scheme "s3"',
  'java.nio.file.FileAlreadyExistsException: s3a://{C}/{D}: already exists',
  'java.io.FileNotFoundException: No such file or directory: s3a://{C}/{D}/_SUCCESS',
  'java.util.NoSuchElementException: fs.s3a.endpoint',
  "OSError: When listing objects under key '{D}' in bucket '{C}': AWS Error ACCESS_DENIED during ListObjectsV2 operation: Access Denied",
  "OSError: When reading information for key '{D}' in bucket '{C}': AWS Error NETWORK_CONNECTION during HeadObject operation: curlCode: 6, Couldn't resolve host name",
  'FileNotFoundError: {C}/{D}.parquet',
  'Generic S3 error: Error after 10 retries in 3.{N}s, max_retries:10, retry_timeout:180s, source:error sending request for url (http://169.254.169.254/latest/api/token)',
  'Generic S3 error: Client error with status 403 Forbidden: <?xml version="1.0"?><Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does not match</Message></Error>',
  '<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message><RequestId>{A}</RequestId><HostId>{B}</HostId></Error>',
  '<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Access denied</Message></Error><RequestId>{A}</RequestId></ErrorResponse>'
];

/** What looks like an error of encryption on S3, and is another. */
const ALMOST: readonly string[] = [
  'com.amazonaws.services.s3.model.AmazonS3Exception: Please reduce your request rate. (Service: Amazon S3; Status Code: 503; Error Code: SlowDown; Request ID: {A}; S3 Extended Request ID: {B}; Proxy: null)',
  'org.apache.hadoop.fs.s3a.AWSBadRequestException: getFileStatus on s3a://{C}/{D}: com.amazonaws.services.s3.model.AmazonS3Exception: Bad Request (Service: Amazon S3; Status Code: 400; Error Code: 400 Bad Request; Request ID: {A}',
  'botocore.exceptions.ClientError: An error occurred (400) when calling the HeadObject operation: Bad Request',
  'OSError: The operation lacked the necessary privileges to complete for path {D}: Error performing GET https://{C}.blob.core.windows.net/{D} in {N}ms - Server returned non-2xx status code: 403 Forbidden: AuthorizationFailure',
  'ObjectStoreError: Generic S3 error: Client error with status 403 Forbidden: <ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>Not authorized to perform sts:AssumeRoleWithWebIdentity</Message></Error></ErrorResponse>',
  'botocore.exceptions.ClientError: An error occurred (ThrottlingException) when calling the RunJobFlow operation (reached max retries: 4): Rate exceeded',
  'com.amazonaws.services.dynamodbv2.model.AmazonDynamoDBException: Rate exceeded (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ThrottlingException; Request ID: {A})',
  'com.amazonaws.services.kms.model.InvalidCiphertextException: null (Service: AWSKMS; Status Code: 400; Error Code: InvalidCiphertextException; Request ID: {A})\n\tat com.example.{C}.read({C}.java:{N})',
  'WARN  s3.AmazonS3EncryptionClientV2 (AmazonS3EncryptionClientV2.java:warnOnRangeGetsEnabled(401)) - The S3 Encryption Client is configured to support range get requests. Range gets do not provide authenticated encryption properties even when used with an authenticated mode (AES-GCM).',
  'java.lang.NoClassDefFoundError: software/amazon/awssdk/services/kms/KmsClient\n\tat com.example.{C}.main({C}.java:{N})'
];

/** Spark, Hadoop and the JVM. */
const SPARK: readonly string[] = [
  'pyspark.errors.exceptions.captured.AnalysisException: [PATH_NOT_FOUND] Path does not exist: s3a://{C}/{D}.',
  'pyspark.errors.exceptions.captured.AnalysisException: [TABLE_OR_VIEW_NOT_FOUND] The table or view `{C}`.`{D}` cannot be found. Verify the spelling and correctness of the schema and catalog.',
  'pyspark.errors.exceptions.captured.AnalysisException: [UNRESOLVED_COLUMN.WITH_SUGGESTION] A column, variable, or function parameter with name `{C}` cannot be resolved. Did you mean one of the following? [`{D}`].',
  "pyspark.errors.exceptions.captured.ParseException: [PARSE_SYNTAX_ERROR] Syntax error at or near '{C}'. SQLSTATE: 42601 (line 1, pos {N})",
  'org.apache.spark.SparkNoSuchElementException: [SQL_CONF_NOT_FOUND] The SQL config "spark.{C}.{D}" cannot be found. Please verify that the config exists.',
  'org.apache.spark.SparkException: Job aborted due to stage failure: Task {N} in stage 3.0 failed 4 times, most recent failure: Lost task {N}.3 in stage 3.0 (TID 17) (10.0.0.{N} executor 2): ExecutorLostFailure (executor 2 exited caused by one of the running tasks) Reason: Container killed by YARN for exceeding memory limits.',
  'org.apache.spark.SparkException: Could not find CoarseGrainedScheduler.',
  'org.apache.spark.sql.execution.QueryExecutionException: Parquet column cannot be converted in file s3a://{C}/{D}. Column: [a], Expected: bigint, Found: INT32',
  'org.apache.spark.sql.delta.ConcurrentAppendException: Files were added to the root of the table by a concurrent update.',
  'io.delta.exceptions.ProtocolChangedException: The protocol version of the Delta table has been changed by a concurrent update.',
  'org.apache.iceberg.exceptions.CommitFailedException: Cannot commit {C}.{D}: metadata location has changed',
  'org.apache.hudi.exception.HoodieException: Unable to find a default value for property hoodie.datasource.write.recordkey.field',
  'Py4JJavaError: An error occurred while calling o{N}.showString.\n: java.lang.OutOfMemoryError: Java heap space',
  'Py4JJavaError: An error occurred while calling o{N}.save.\n: java.lang.ClassNotFoundException: Failed to find data source: {C}.',
  'py4j.protocol.Py4JNetworkError: Answer from Java side is empty',
  'ConnectionRefusedError: [Errno 111] Connection refused',
  'java.io.IOException: Filesystem closed\n\tat org.apache.hadoop.hdfs.DFSClient.checkOpen(DFSClient.java)\n\tat org.apache.hadoop.hdfs.DistributedFileSystem.create(DistributedFileSystem.java)',
  'org.apache.hadoop.security.AccessControlException: Permission denied: user={A}, access=WRITE, inode="/user/{B}":hdfs:hdfs:drwxr-xr-x',
  'org.apache.hadoop.hdfs.protocol.DSQuotaExceededException: The DiskSpace quota of /user/{A} is exceeded',
  'org.apache.hadoop.ipc.RemoteException(org.apache.hadoop.ipc.StandbyException): Operation category READ is not supported in state standby',
  'org.apache.hadoop.security.token.SecretManager$InvalidToken: token ({A}) is expired',
  'javax.security.sasl.SaslException: GSS initiate failed [Caused by GSSException: No valid credentials provided (Mechanism level: Failed to find any Kerberos tgt)]',
  'javax.net.ssl.SSLHandshakeException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target',
  'java.net.UnknownHostException: {C}.s3.{R}.amazonaws.com',
  'java.net.SocketTimeoutException: Read timed out',
  'java.lang.UnsupportedClassVersionError: {C} has been compiled by a more recent version of the Java Runtime (class file version 61.0)',
  'java.util.concurrent.TimeoutException: Futures timed out after [300 seconds]',
  'java.util.NoSuchElementException: head of empty list',
  'java.lang.IllegalStateException: Cannot call methods on a stopped SparkContext.',
  "org.apache.spark.sql.streaming.StreamingQueryException: Query {A} terminated with exception: Partition {C}-0's offset was changed from {N} to 0",
  'org.apache.kafka.common.errors.TopicAuthorizationException: Not authorized to access topics: [{C}]',
  "java.sql.SQLException: Access denied for user '{A}'@'10.0.0.{N}' (using password: YES)",
  'org.postgresql.util.PSQLException: ERROR: permission denied for table {C}',
  "net.snowflake.client.jdbc.SnowflakeSQLException: SQL access control error: Insufficient privileges to operate on schema '{C}'",
  'MetaException(message:Could not connect to meta store using any of the URIs provided. Most recent failure: java.net.ConnectException: Connection refused)',
  "SYNTAX_ERROR: line 1:{N}: Column '{C}' cannot be resolved",
  'HIVE_BAD_DATA: Error parsing field value \'{C}\' for field 2: For input string: "{D}"',
  'com.microsoft.azure.storage.StorageException: Server failed to authenticate the request.',
  'google.api_core.exceptions.Forbidden: 403 GET https://storage.googleapis.com/storage/v1/b/{C}: {A} does not have storage.buckets.get access'
];

/** Python and its libraries. */
const PYTHON: readonly string[] = [
  "NameError: name '{C}' is not defined",
  "ModuleNotFoundError: No module named '{C}'",
  "KeyError: '{C}'",
  "ValueError: invalid literal for int() with base 10: '{C}'",
  "TypeError: unsupported operand type(s) for +: 'int' and 'str'",
  "AttributeError: 'DataFrame' object has no attribute '{C}'",
  "FileNotFoundError: [Errno 2] No such file or directory: '/home/{A}/{C}.csv'",
  "PermissionError: [Errno 13] Permission denied: '/home/{A}/{C}'",
  'OSError: [Errno 28] No space left on device',
  'MemoryError: Unable to allocate {N}. GiB for an array with shape ({N}000, {N}000) and data type float64',
  'pandas.errors.ParserError: Error tokenizing data. C error: Expected 3 fields in line {N}, saw 5',
  'pandas.errors.MergeError: Merge keys are not unique in right dataset; not a one-to-one merge',
  "pyarrow.lib.ArrowInvalid: Could not open Parquet input source '<Buffer>': Parquet magic bytes not found in footer.",
  "pyarrow.lib.ArrowTypeError: (\"Expected bytes, got a 'int' object\", 'Conversion failed for column {C} with type object')",
  'requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: https://{C}.example.org/{D}',
  "urllib3.exceptions.MaxRetryError: HTTPSConnectionPool(host='{C}.example.org', port=443): Max retries exceeded",
  'ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate',
  'sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) FATAL:  password authentication failed for user "{A}"',
  'cryptography.fernet.InvalidToken',
  'ValueError: Unknown encryption algorithm {C}',
  'paramiko.ssh_exception.AuthenticationException: Authentication failed.',
  'json.decoder.JSONDecodeError: Expecting value: line 1 column {N} (char 0)',
  'RuntimeError: CUDA out of memory. Tried to allocate {N}.00 MiB',
  'huggingface_hub.errors.GatedRepoError: 403 Client Error. Access to model {C} is restricted',
  'AssertionError: {C} is disabled',
  'KeyboardInterrupt: ',
  "git.exc.GitCommandError: Cmd('git') failed due to: exit code(128)",
  "subprocess.CalledProcessError: Command '['aws', 's3', 'ls']' returned non-zero exit status 255."
];

const FORMS = [...REFUSALS, ...S3, ...ALMOST, ...SPARK, ...PYTHON];
const NAMES = [
  'etl',
  'daily-load',
  'raw-zone',
  'nightly',
  'lake',
  'events',
  'kms-audit',
  'sse-lab'
];
const REGIONS = ['us-west-2', 'eu-central-1', 'ap-southeast-2'];

/** Every form three times, with other names. */
export function ordinaryErrors(): readonly string[] {
  return REGIONS.flatMap((region, time) =>
    FORMS.map((form, place) =>
      form.replace(/\{([ABCDNR])\}/g, (_whole, slot: string) => {
        const pick = place + time * 3 + slot.charCodeAt(0);
        return slot === 'R'
          ? region
          : slot === 'N'
            ? String(1 + (pick % 60))
            : (NAMES[pick % NAMES.length] ?? '');
      })
    )
  );
}
