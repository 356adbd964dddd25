package jupyterlab.s3encryption;

import java.util.Map;

/**
 * How much runs in Spark now, by one call: over py4j each first one of a class costs milliseconds.
 *
 * <p>Source of the private names: DAGScheduler, SQLExecution and SharedState, Spark 3.3 to 4.x.
 */
final class Running {
  private static final String UNKNOWN = "?";

  /**
   * How many jobs, SQL commands and streaming queries there are, separated by blanks; "?" for what
   * cannot be known.
   *
   * @param context a SparkContext (of Scala)
   * @param shared the SharedState of a session; null if there is none
   */
  static String counts(Object context, Object shared) {
    return jobs(context) + " " + commands() + " " + streams(shared);
  }

  private static String jobs(Object context) {
    try {
      // The scheduler itself: the status tracker learns of a job's end with a delay.
      Object scheduler = OnExecutor.call(context, "dagScheduler");
      Object active = OpenFileSystems.field(scheduler.getClass(), "activeJobs").get(scheduler);
      return String.valueOf(active.getClass().getMethod("size").invoke(active));
    } catch (Throwable error) {
      return UNKNOWN;
    }
  }

  private static String commands() {
    try {
      Class<?> owner = OpenFileSystems.named("org.apache.spark.sql.execution.SQLExecution$");
      Object module = OpenFileSystems.field(owner, "MODULE$").get(null);
      return size(OpenFileSystems.field(owner, "executionIdToQueryExecution").get(module));
    } catch (Throwable error) {
      return UNKNOWN;
    }
  }

  private static String streams(Object shared) {
    try {
      Class<?> owner = OpenFileSystems.named("org.apache.spark.sql.internal.SharedState");
      return size(OpenFileSystems.field(owner, "activeStreamingQueries").get(shared));
    } catch (Throwable error) {
      return UNKNOWN;
    }
  }

  private static String size(Object map) {
    return String.valueOf(((Map) map).size());
  }

  private Running() {}
}
