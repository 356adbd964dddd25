package org.apache.spark.scheduler;

public class SparkListenerExecutorAdded {
  public native String executorId();
}
