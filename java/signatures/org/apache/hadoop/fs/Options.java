package org.apache.hadoop.fs;

public final class Options {
  public static class ChecksumOpt {}
}
