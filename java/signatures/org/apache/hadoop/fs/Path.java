package org.apache.hadoop.fs;

import java.net.URI;

public class Path {
  public native URI toUri();

  public native String getName();

  public native Path getParent();

  public native boolean isRoot();

  public native Path makeQualified(URI defaultUri, Path workingDir);
}
