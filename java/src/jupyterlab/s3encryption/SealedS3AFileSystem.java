package jupyterlab.s3encryption;

import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import jupyterlab.s3encryption.seen.Moves;
import jupyterlab.s3encryption.seen.Places;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
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
    Places.file(qualified(file));
    return super.create(
        file, permission, overwrite, bufferSize, replication, blockSize, progress);
  }

  public FSDataOutputStream createNonRecursive(
      Path file,
      FsPermission permission,
      EnumSet<CreateFlag> flags,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    Places.file(qualified(file));
    return super.createNonRecursive(
        file, permission, flags, bufferSize, replication, blockSize, progress);
  }

  public FSDataOutputStreamBuilder createFile(Path file) {
    Places.file(qualified(file));
    return super.createFile(file);
  }

  public void copyFromLocalFile(boolean move, boolean overwrite, Path from, Path to)
      throws IOException {
    Places.file(qualified(to));
    super.copyFromLocalFile(move, overwrite, from, to);
  }

  public boolean mkdirs(Path folder, FsPermission permission) throws IOException {
    Places.folder(qualified(folder));
    return super.mkdirs(folder, permission);
  }

  public boolean delete(Path path, boolean all) throws IOException {
    Places.temporary(qualified(path));
    return super.delete(path, all);
  }

  public boolean rename(Path from, Path to) throws IOException {
    long began = System.currentTimeMillis();
    boolean done = super.rename(from, to);
    boolean wrote = done && this.written.remove(from.toUri().getPath()) != null;
    if (done && OpenFileSystems.settings() != null) {
      Moves.note(this, from, to, began, wrote);
      Places.temporary(qualified(from));
      if (wrote) {
        Places.file(qualified(to));
      }
    }
    return done;
  }

  /** The whole address of a path; null if it has none, or if no settings are in force. */
  private Path qualified(Path path) {
    try {
      return OpenFileSystems.settings() == null
          ? null
          : path.makeQualified(getUri(), getWorkingDirectory());
    } catch (Throwable error) {
      return null;
    }
  }
}
