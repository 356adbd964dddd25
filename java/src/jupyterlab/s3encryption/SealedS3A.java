package jupyterlab.s3encryption;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.EnumSet;
import jupyterlab.s3encryption.seen.Places;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.fs.s3a.S3A;
import org.apache.hadoop.util.Progressable;

/** As {@link SealedS3AFileSystem}, for those who come through FileContext, as the logs of streams do. */
public class SealedS3A extends S3A {
  private final URI name;

  public SealedS3A(URI name, Configuration conf) throws IOException, URISyntaxException {
    super(name, OpenFileSystems.effective(name, conf));
    this.name = name;
  }

  public FSDataOutputStream createInternal(
      Path file,
      EnumSet<CreateFlag> flags,
      FsPermission permission,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress,
      Options.ChecksumOpt checksums,
      boolean createParent)
      throws IOException {
    Places.file(qualified(file));
    return super.createInternal(
        file,
        flags,
        permission,
        bufferSize,
        replication,
        blockSize,
        progress,
        checksums,
        createParent);
  }

  public void renameInternal(Path from, Path to) throws IOException {
    super.renameInternal(from, to);
    Places.file(qualified(to));
  }

  /** The whole address of a path, which FileContext has made absolute; null if it has none, or if no settings are in force. */
  private Path qualified(Path path) {
    try {
      return OpenFileSystems.settings() == null ? null : path.makeQualified(this.name, path);
    } catch (Throwable error) {
      return null;
    }
  }
}
