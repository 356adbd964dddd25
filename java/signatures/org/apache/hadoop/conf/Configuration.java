package org.apache.hadoop.conf;

public class Configuration {
  public Configuration() {}

  public Configuration(Configuration other) {}

  public native String get(String name);

  public native void set(String name, String value);

  public native void unset(String name);
}
