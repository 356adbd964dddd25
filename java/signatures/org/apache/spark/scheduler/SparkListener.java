package org.apache.spark.scheduler;

public abstract class SparkListener {
  public SparkListener() {}

  public void onExecutorAdded(SparkListenerExecutorAdded event) {}

  public void onTaskStart(SparkListenerTaskStart event) {}
}
