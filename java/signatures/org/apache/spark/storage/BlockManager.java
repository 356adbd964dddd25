package org.apache.spark.storage;

public class BlockManager {
  public native BlockManagerMaster master();
}
