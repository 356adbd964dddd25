package org.apache.hadoop.fs.s3a;

import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.s3a.auth.delegation.EncryptionSecrets;

public final class S3AUtils {
  public static native EncryptionSecrets buildEncryptionSecrets(String bucket, Configuration conf)
      throws IOException;
}
