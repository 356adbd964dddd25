package org.apache.hadoop.conf;

import java.util.Map;

public class Configuration {
  public Configuration() {}

  public Configuration(Configuration other) {}

  public native String get(String name);

  public native Map<String, String> getPropsWithPrefix(String prefix);

  public native void set(String name, String value);

  public native void unset(String name);
}
