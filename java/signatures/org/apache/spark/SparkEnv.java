package org.apache.spark;

import org.apache.spark.storage.BlockManager;

public class SparkEnv {
  public static native SparkEnv get();

  public native String executorId();

  public native BlockManager blockManager();
}
