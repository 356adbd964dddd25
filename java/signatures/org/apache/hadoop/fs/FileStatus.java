package org.apache.hadoop.fs;

public class FileStatus {
  public native boolean isDirectory();
}
