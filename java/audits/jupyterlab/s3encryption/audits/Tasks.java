package jupyterlab.s3encryption.audits;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.function.Function;

/** Begins the tasks of an audit, on Spark's executors or in this JVM. */
public final class Tasks {
  private final Part part;

  /**
   * @param settings as for {@link Part}
   * @param conf with which the bucket is read
   */
  public Tasks(String settings, Configuration conf) throws Exception {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    conf.write(new DataOutputStream(written));
    part = new Part(settings, written.toByteArray());
  }

  /**
   * Begins a job with a task for each request, see {@link Part#call}.
   *
   * @param context a SparkContext of Java
   * @return a Future of the list of answers
   */
  public Object ask(Object context, List<String> requests) throws Exception {
    Method parallelize =
        context.getClass().getMethod("parallelize", List.class, Integer.TYPE);
    Object data = parallelize.invoke(context, requests, Integer.valueOf(requests.size()));
    Object mapped = data.getClass().getMethod("map", Function.class).invoke(data, part);
    return mapped.getClass().getMethod("collectAsync").invoke(mapped);
  }

  /** The same in this JVM, one after the other. */
  public Object askHere(List<String> requests) {
    ExecutorService one = Executors.newSingleThreadExecutor();
    try {
      return one.submit(new Here(part, requests));
    } finally {
      one.shutdown();
    }
  }

  /** The answer to one request, from this JVM. */
  public String answer(String request) throws Exception {
    return part.call(request);
  }

  private static final class Here implements Callable<List<String>> {
    private final Part part;
    private final List<String> requests;

    Here(Part part, List<String> requests) {
      this.part = part;
      // Not Python's: that would be asked for each of them.
      this.requests = new ArrayList<String>(requests);
    }

    public List<String> call() throws Exception {
      List<String> answers = new ArrayList<String>();
      for (int i = 0; i < requests.size(); i++) {
        answers.add(part.call((String) requests.get(i)));
      }
      return answers;
    }
  }
}
