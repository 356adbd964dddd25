package org.apache.spark.storage;

import scala.collection.immutable.Map;

public class BlockManagerMaster {
  public native Map getMemoryStatus();
}
