package org.apache.spark.scheduler;

public class TaskInfo {
  public native String executorId();
}
