package jupyterlab.s3encryption;

import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.fs.s3a.S3AFileSystem;
import org.apache.hadoop.util.Progressable;

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

  /** How many files that it wrote are remembered. */
  private static final int MOST_WRITTEN = 1000;

  /** Files that it wrote, so with its settings. */
  private final Map<String, Boolean> written =
      Collections.synchronizedMap(
          new LinkedHashMap<String, Boolean>() {
            protected boolean removeEldestEntry(Map.Entry eldest) {
              return size() > MOST_WRITTEN;
            }
          });

  public void initialize(URI name, Configuration conf) throws IOException {
    Settings settings = OpenFileSystems.settings();
    Configuration sealed = OpenFileSystems.effective(name, conf);
    super.initialize(name, sealed);
    if (sealed == conf) {
      this.keepsItsKey = settings != null;
      return;
    }
    if (S3A.writesAs(this, settings)) {
      this.fingerprint = settings.fingerprint;
    } else {
      // A delegation token, for one, brings an encryption of its own.
      OpenFileSystems.cannotEnforce(this, settings);
    }
  }

  public FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    this.written.put(file.toUri().getPath(), Boolean.TRUE);
    return super.create(
        file, permission, overwrite, bufferSize, replication, blockSize, progress);
  }

  public boolean rename(Path from, Path to) throws IOException {
    long began = System.currentTimeMillis();
    boolean done = super.rename(from, to);
    if (done) {
      Moves.note(this, from, to, began, this.written.remove(from.toUri().getPath()) != null);
    }
    return done;
  }
}
