package org.apache.hadoop.util;

import org.apache.hadoop.conf.Configuration;

public class ReflectionUtils {
  public static native <T> T newInstance(Class<T> kind, Configuration conf);
}
