package org.apache.hadoop.fs.s3a;

public enum S3AEncryptionMethods {
  NONE;

  public native String getMethod();
}
