package org.apache.hadoop.fs.s3a;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.s3a.auth.delegation.EncryptionSecrets;

public class S3AFileSystem extends FileSystem {
  public S3AFileSystem() {}

  public native void initialize(URI name, Configuration conf) throws IOException;

  public native EncryptionSecrets getEncryptionSecrets();
}
