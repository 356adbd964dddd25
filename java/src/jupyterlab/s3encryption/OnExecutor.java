package jupyterlab.s3encryption;

import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.Function;

/** Brings the settings into force in the JVM of an executor; answers with what is open there. */
public final class OnExecutor implements Function<Object, String> {
  private static final long serialVersionUID = 1L;

  private final String settings;

  /** @param settings as for {@link OpenFileSystems#change}; null: only takes what is ours away */
  public OnExecutor(String settings) {
    this.settings = settings;
  }

  /** What Spark's driver calls its executors: "... BlockManagerId(ID, HOST, PORT, ...) ...". */
  static String executors() {
    return String.valueOf(SparkEnv.get().blockManager().master().getMemoryStatus());
  }

  /** The executor's id, a line break, and the answer of {@link OpenFileSystems#change}. */
  public String call(Object task) {
    String answer = new OpenFileSystems().change(settings, false);
    return SparkEnv.get().executorId() + "\n" + answer;
  }
}
