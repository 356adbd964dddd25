package jupyterlab.s3encryption;

import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.s3a.S3AFileSystem;

/**
 * S3A with the encryption that is in force, whatever the configuration says that it is opened with.
 *
 * <p>A plan, a catalog or a file fetch may bring a configuration from before a change; the first to
 * open a bucket decides for all who follow, since Hadoop hands out one instance for each bucket.
 */
public class SealedS3AFileSystem extends S3AFileSystem {
  /** The settings it was opened with; null if it was left to its configuration. */
  volatile String fingerprint;

  /** It was left to its configuration though settings were in force, since that has a key of its own. */
  volatile boolean keepsItsKey;

  public void initialize(URI name, Configuration conf) throws IOException {
    Settings settings = OpenFileSystems.settings();
    Configuration sealed = OpenFileSystems.inForce(name, conf);
    super.initialize(name, sealed);
    if (sealed == conf) {
      this.keepsItsKey = settings != null;
      return;
    }
    if (S3A.writesAs(this, settings)) {
      this.fingerprint = settings.fingerprint;
    } else {
      // A delegation token, for one, brings an encryption of its own.
      OpenFileSystems.cannotBeHeldTo(this, settings);
    }
  }
}
