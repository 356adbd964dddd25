package jupyterlab.s3encryption;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;

/**
 * Brings the settings in force to each executor when it joins, so ahead of the tasks of all jobs that
 * are submitted later. A job that was waiting for executors may be first.
 *
 * <p>Throws nothing. Calls Spark by reflection, since its sequences have other types with each
 * version of Scala.
 */
public final class Joining extends SparkListener {
  private static final String DESCRIPTION = "S3 Encryption: settings of open buckets";

  private static Joining last;

  private final Object context;

  private Joining(Object context) {
    this.context = context;
  }

  /** Listens to a SparkContext (of Scala); no longer to the one before. */
  static synchronized void follow(Object context) throws Exception {
    if (last != null && last.context == context) {
      return;
    }
    leave();
    Joining made = new Joining(context);
    call(context, "addSparkListener", made);
    last = made;
  }

  /** Listens no longer. */
  static synchronized void leave() throws Exception {
    Joining old = last;
    last = null;
    if (old != null) {
      call(old.context, "removeSparkListener", old);
    }
  }

  public void onExecutorAdded(SparkListenerExecutorAdded event) {
    try {
      final String executor = event.executorId();
      Thread thread =
          new Thread("s3-encryption-joining") {
            public void run() {
              reach(executor);
            }
          };
      thread.setDaemon(true);
      thread.start();
    } catch (Throwable error) {
      // The next check finds that this executor was not reached, and says so.
      return;
    }
  }

  private void reach(String executor) {
    try {
      String settings = OpenFileSystems.text();
      if (settings == null) {
        return;
      }
      call(context, "setLocalProperty", "spark.job.description", DESCRIPTION);
      List<Object> where = new ArrayList<Object>();
      Matcher found =
          Pattern.compile("BlockManagerId\\(" + Pattern.quote(executor) + ", ([^,]+), ")
              .matcher(OnExecutor.executors());
      if (found.find()) {
        // Spark's own form of an executor's address (TaskLocation): the task goes where it prefers.
        where.add("executor_" + found.group(1) + "_" + executor);
      }
      Class<?> pair = type("scala.Tuple2");
      List<Object> parts = new ArrayList<Object>();
      parts.add(
          pair.getConstructor(Object.class, Object.class).newInstance(executor, sequence(where)));
      Object tag = type("scala.reflect.ClassTag").getMethod("Any").invoke(null);
      Object rdd = call(context, "makeRDD", sequence(parts), tag);
      Object java = method(type("org.apache.spark.api.java.JavaRDD"), "fromRDD", 2).invoke(null, rdd, tag);
      Object mapped =
          java.getClass().getMethod("map", Function.class).invoke(java, new OnExecutor(settings));
      mapped.getClass().getMethod("collectAsync").invoke(mapped);
    } catch (Throwable error) {
      // The next check finds that this executor was not reached, and says so.
      return;
    }
  }

  private Class<?> type(String name) throws Exception {
    return Class.forName(name, true, context.getClass().getClassLoader());
  }

  private Object sequence(List<Object> values) throws Exception {
    Class<?> utils = type("org.apache.spark.api.python.PythonUtils");
    return utils.getMethod("toSeq", List.class).invoke(null, values);
  }

  private static Object call(Object target, String name, Object... arguments) throws Exception {
    return method(target.getClass(), name, arguments.length).invoke(target, arguments);
  }

  private static Method method(Class<?> owner, String name, int count) throws Exception {
    Method[] methods = owner.getMethods();
    for (int i = 0; i < methods.length; i++) {
      if (methods[i].getName().equals(name) && methods[i].getParameterTypes().length == count) {
        return methods[i];
      }
    }
    throw new NoSuchMethodException(owner.getName() + "." + name);
  }
}
