package org.apache.hadoop.fs.s3a;

import java.io.IOException;
import java.net.URI;
import java.util.EnumSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CreateFlag;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSDataOutputStreamBuilder;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.fs.s3a.auth.delegation.EncryptionSecrets;
import org.apache.hadoop.util.Progressable;

public class S3AFileSystem extends FileSystem {
  public S3AFileSystem() {}

  public native void initialize(URI name, Configuration conf) throws IOException;

  public native FSDataOutputStream create(
      Path file,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException;

  public native FSDataOutputStream createNonRecursive(
      Path file,
      FsPermission permission,
      EnumSet<CreateFlag> flags,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException;

  public native FSDataOutputStreamBuilder createFile(Path file);

  public native void copyFromLocalFile(boolean move, boolean overwrite, Path from, Path to)
      throws IOException;

  public native boolean mkdirs(Path folder, FsPermission permission) throws IOException;

  public native boolean delete(Path path, boolean all) throws IOException;

  public native boolean rename(Path from, Path to) throws IOException;

  public native FileStatus getFileStatus(Path path) throws IOException;

  public native Path getWorkingDirectory();

  public native EncryptionSecrets getEncryptionSecrets();
}
