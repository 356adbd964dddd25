package jupyterlab.s3encryption;

import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.fs.s3a.S3AUtils;
import org.apache.hadoop.fs.s3a.auth.delegation.EncryptionSecrets;

/** What S3A says of an instance's encryption. Apart, so that a JVM without S3A never loads it. */
final class S3A {
  /** (algorithm as S3A names it, key) of an instance; "" for none. */
  static String[] secrets(FileSystem system) {
    return asText(((S3AFileSystem) system).getEncryptionSecrets());
  }

  private static String[] asText(EncryptionSecrets found) {
    String method = found.getEncryptionMethod().getMethod();
    String key = found.getEncryptionKey();
    return new String[] {method == null ? "" : method, key == null ? "" : key};
  }

  /** (algorithm, key) that S3A derives from a configuration for a bucket; "" for none. */
  static String[] derived(String bucket, Configuration conf) throws Exception {
    return asText(S3AUtils.buildEncryptionSecrets(bucket, conf));
  }

  /** The key in what S3A derives from a configuration (EncryptionSecrets); may be null. */
  static String key(Object secrets) {
    return ((EncryptionSecrets) secrets).getEncryptionKey();
  }

  /** Whether an instance encrypts as S3A itself would under the settings; false if unknown. */
  static boolean writesAs(FileSystem system, Settings settings) {
    try {
      String bucket = OpenFileSystems.bucket(system.getUri());
      Configuration conf = settings.laidOver(system.getConf(), bucket);
      EncryptionSecrets wanted = S3AUtils.buildEncryptionSecrets(bucket, conf);
      return wanted.equals(((S3AFileSystem) system).getEncryptionSecrets());
    } catch (Throwable error) {
      return false;
    }
  }

  private S3A() {}
}
