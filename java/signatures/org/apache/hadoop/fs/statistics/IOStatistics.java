package org.apache.hadoop.fs.statistics;

import java.util.Map;

public interface IOStatistics {
  Map<String, Long> counters();
}
