package org.apache.spark.scheduler;

public class SparkListenerTaskStart {
  public native TaskInfo taskInfo();
}
