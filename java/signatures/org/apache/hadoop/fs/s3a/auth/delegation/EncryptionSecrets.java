package org.apache.hadoop.fs.s3a.auth.delegation;

import org.apache.hadoop.fs.s3a.S3AEncryptionMethods;

public class EncryptionSecrets {
  public native S3AEncryptionMethods getEncryptionMethod();

  public native String getEncryptionKey();
}
