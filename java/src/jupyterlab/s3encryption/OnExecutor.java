package jupyterlab.s3encryption;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.Function;

/**
 * Brings the settings into force in the JVM of an executor; answers with what is open there.
 *
 * <p>Calls Spark by reflection, since its sequences have other types with each version of Scala.
 */
public final class OnExecutor implements Function<Object, String> {
  private static final long serialVersionUID = 3L;

  private final String settings;

  private final boolean anew;

  /** Executors that joined after the settings were chosen. */
  private final Set<String> joined;

  /** Not null in a server's JVM, see {@link #ofServer}: addresses and configurations to open. */
  private Map<String, byte[]> open;

  private boolean onlyLooks;

  /**
   * @param settings as for {@link OpenFileSystems#change}; null: only takes what is ours away
   * @param anew as for {@link OpenFileSystems#change}
   * @param joined ids of the executors that joined after the settings were chosen
   */
  OnExecutor(String settings, boolean anew, Set<String> joined) {
    this.settings = settings;
    this.anew = anew;
    this.joined = joined;
  }

  /**
   * For the executors of a server that others may use, too.
   *
   * @param onlyLooks whether nothing may be replaced or opened
   * @param open file systems to open if they are not, each with its configuration as Hadoop writes it
   */
  static OnExecutor ofServer(String settings, boolean anew, boolean onlyLooks, Map<String, byte[]> open) {
    OnExecutor made = new OnExecutor(settings, anew, new HashSet<String>());
    made.open = open;
    made.onlyLooks = onlyLooks;
    return made;
  }

  /** What Spark's driver calls its executors: "... BlockManagerId(ID, HOST, PORT, ...) ...". */
  static String executors() {
    return String.valueOf(SparkEnv.get().blockManager().master().getMemoryStatus());
  }

  /**
   * Begins a job with a task for each executor.
   *
   * @param context a SparkContext (of Scala)
   * @param ids of the executors; Spark may still run a task on another one
   * @return the answers of {@link #call}, once they are there
   */
  static Future<List<String>> ask(
      Object context, List<String> ids, String settings, boolean anew, Set<String> joined)
      throws Exception {
    return ask(context, ids, new OnExecutor(settings, anew, joined));
  }

  /** The same with the task that each of them gets. */
  static Future<List<String>> ask(Object context, List<String> ids, OnExecutor task) throws Exception {
    ClassLoader loader = context.getClass().getClassLoader();
    Class<?> pair = Class.forName("scala.Tuple2", true, loader);
    String known = executors();
    List<Object> parts = new ArrayList<Object>();
    Iterator<String> each = ids.iterator();
    while (each.hasNext()) {
      String id = (String) each.next();
      List<Object> where = new ArrayList<Object>();
      Matcher host =
          Pattern.compile("BlockManagerId\\(" + Pattern.quote(id) + ", ([^,]+), ").matcher(known);
      if (host.find()) {
        // Spark's own form of an executor's address (TaskLocation): the task goes where it prefers.
        where.add("executor_" + host.group(1) + "_" + id);
      }
      parts.add(
          pair.getConstructor(Object.class, Object.class).newInstance(id, sequence(where, loader)));
    }
    Object tag = Class.forName("scala.reflect.ClassTag", true, loader).getMethod("Any").invoke(null);
    Object rdd = call(context, "makeRDD", sequence(parts, loader), tag);
    Class<?> kind = Class.forName("org.apache.spark.api.java.JavaRDD", true, loader);
    Object java = method(kind, "fromRDD", 2).invoke(null, rdd, tag);
    Object mapped =
        java.getClass()
            .getMethod("map", Function.class)
            .invoke(java, task);
    return (Future<List<String>>) mapped.getClass().getMethod("collectAsync").invoke(mapped);
  }

  /**
   * On lines of their own the executor's id, the addresses to which it wrote with other settings
   * before it was reached, and the answer of {@link OpenFileSystems#change}.
   */
  public String call(Object task) {
    String id = SparkEnv.get().executorId();
    if (open != null) {
      return id + "\n\n" + answerOfServer();
    }
    String answer = OpenFileSystems.change(settings, anew, joined.contains(id));
    return id + "\n" + OpenFileSystems.ahead() + "\n" + answer;
  }

  private String answerOfServer() {
    try {
      Iterator<Map.Entry<String, byte[]>> each = open.entrySet().iterator();
      if (!onlyLooks) {
        OpenFileSystems.change(settings, anew, false, false);
      }
      while (!onlyLooks && each.hasNext()) {
        Map.Entry<String, byte[]> entry = (Map.Entry<String, byte[]>) each.next();
        Configuration conf = new Configuration(false);
        conf.readFields(new DataInputStream(new ByteArrayInputStream((byte[]) entry.getValue())));
        FileSystem.get(new URI((String) entry.getKey()), conf);
      }
    } catch (Throwable error) {
      // What is not open as it should be shows in the answer.
      return new OpenFileSystems().look(settings);
    }
    return new OpenFileSystems().look(settings);
  }

  private static Object sequence(List<Object> values, ClassLoader loader) throws Exception {
    Class<?> utils = Class.forName("org.apache.spark.api.python.PythonUtils", true, loader);
    return utils.getMethod("toSeq", List.class).invoke(null, values);
  }

  /** Calls a method of an object by its name and number of arguments. */
  static Object call(Object target, String name, Object... arguments) throws Exception {
    try {
      return method(target.getClass(), name, arguments.length).invoke(target, arguments);
    } catch (InvocationTargetException error) {
      throw error.getCause() instanceof Exception ? (Exception) error.getCause() : error;
    }
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
