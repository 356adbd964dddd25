package org.apache.hadoop.conf;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Map;

public class Configuration {
  public Configuration() {}

  public Configuration(boolean defaults) {}

  public Configuration(Configuration other) {}

  public native String get(String name);

  public native Map<String, String> getPropsWithPrefix(String prefix);

  public native void set(String name, String value);

  public native void unset(String name);

  public native Class<?> getClassByName(String name) throws ClassNotFoundException;

  public native void write(DataOutput out) throws IOException;

  public native void readFields(DataInput in) throws IOException;
}
