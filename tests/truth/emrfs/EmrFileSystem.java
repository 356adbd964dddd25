// A stand-in, not EMRFS: EMRFS is closed source and runs on EMR only. It reads the documented
// fs.s3.* properties of EMRFS, as they are when it is made, and writes through S3A. Like EMRFS it
// tells nobody how it writes. Must not know: anything of the agent.
package com.amazon.ws.emr.hadoop.fs;

import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.auth.delegation.EncryptionSecrets;
import org.apache.hadoop.fs.statistics.IOStatistics;

public class EmrFileSystem extends S3AFileSystem {
  private static final String[] S3A = {
    "encryption.algorithm",
    "encryption.key",
    "server-side-encryption-algorithm",
    "server-side-encryption.key"
  };
  private boolean ready = false;

  public void initialize(URI name, Configuration original) throws IOException {
    Configuration conf = new Configuration(original);
    String bucket = name.getHost();
    for (int i = 0; i < S3A.length; i++) {
      conf.unset("fs.s3a." + S3A[i]);
      conf.unset("fs.s3a.bucket." + bucket + "." + S3A[i]);
    }
    if ("true".equalsIgnoreCase(read(original, bucket, "enableServerSideEncryption"))) {
      String key = read(original, bucket, "serverSideEncryption.kms.keyId");
      conf.set("fs.s3a.encryption.algorithm", key.isEmpty() ? "AES256" : "SSE-KMS");
      if (!key.isEmpty()) {
        conf.set("fs.s3a.encryption.key", key);
      }
    }
    super.initialize(name, conf);
    this.ready = true;
  }

  private static String read(Configuration conf, String bucket, String name) {
    return conf.get("fs.s3.bucket." + bucket + "." + name, conf.get("fs.s3." + name, "")).trim();
  }

  public EncryptionSecrets getEncryptionSecrets() {
    if (this.ready) {
      throw new UnsupportedOperationException("EMRFS does not tell how it writes.");
    }
    return super.getEncryptionSecrets();
  }

  public IOStatistics getIOStatistics() {
    return this.ready ? null : super.getIOStatistics();
  }

  public Map getXAttrs(Path path) throws IOException {
    throw new UnsupportedOperationException("EMRFS has no extended attributes.");
  }
}
