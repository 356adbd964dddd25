package org.apache.hadoop.fs;

import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import org.apache.hadoop.conf.Configuration;

public abstract class FileSystem implements Closeable {
  public static native FileSystem get(URI name, Configuration conf) throws IOException;

  public static native Class<? extends FileSystem> getFileSystemClass(
      String scheme, Configuration conf) throws IOException;

  public native void initialize(URI name, Configuration conf) throws IOException;

  public native URI getUri();

  public native Configuration getConf();

  public native void setConf(Configuration conf);

  public abstract FileStatus getFileStatus(Path path) throws IOException;

  public abstract Path getWorkingDirectory();

  public native void close() throws IOException;
}
