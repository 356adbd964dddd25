package jupyterlab.s3encryption;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;
import java.util.TreeSet;
import java.util.concurrent.Future;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorAdded;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * Brings the settings in force to each executor when it joins, so ahead of the tasks of all jobs that
 * are submitted later. A job that was waiting for executors may be first: what it wrote with other
 * settings until then is found out, see {@link #ahead}.
 *
 * <p>Throws nothing. One thread asks all executors that joined, and ends when all have answered.
 */
public final class Joining extends SparkListener implements Runnable {
  private static final String DESCRIPTION = "S3 Encryption: settings of open buckets";

  /** How often an executor that is there is asked; Spark may give its task to another one. */
  private static final int TRIES = 20;

  private static Joining last;

  private final Object context;

  /** Executors that joined since the settings were chosen. */
  private final Set<String> joined = new HashSet<String>();

  /** Of these, those that have not answered, with the number of times they were asked. */
  private final Map<String, Integer> missing = new HashMap<String, Integer>();

  /** Of these, those that have begun tasks. */
  private final Set<String> begun = new HashSet<String>();

  private final Set<String> ahead = new TreeSet<String>();

  private Thread thread;

  /** Our jobs that are under way, with the executors that each asks. */
  private final Map<Future<List<String>>, List<String>> asked =
      new HashMap<Future<List<String>>, List<String>>();

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
    OnExecutor.call(context, "addSparkListener", made);
    last = made;
  }

  /** Listens no longer. */
  static synchronized void leave() throws Exception {
    Joining old = last;
    last = null;
    if (old != null) {
      OnExecutor.call(old.context, "removeSparkListener", old);
    }
  }

  /** The ids of the executors that joined since the settings were chosen. */
  static synchronized Set<String> joined() {
    return last == null ? new HashSet<String>() : last.copyOfJoined();
  }

  /**
   * The addresses to which executors wrote with other settings between their first task and our
   * being there; "" if one of them ended before it could be asked.
   */
  static synchronized List<String> ahead() {
    return last == null ? new ArrayList<String>() : last.copyOfAhead();
  }

  /** Somebody chooses settings just now: nothing has joined since, and nothing wrote otherwise. */
  static synchronized void forget() {
    if (last != null) {
      last.clear();
    }
  }

  /** How many jobs of ours are under way, which are not the user's. */
  static synchronized int jobs() {
    return last == null ? 0 : last.countOfAsked();
  }

  private synchronized void clear() {
    joined.clear();
    missing.clear();
    begun.clear();
    ahead.clear();
  }

  private synchronized Set<String> copyOfJoined() {
    return new HashSet<String>(joined);
  }

  private synchronized int countOfAsked() {
    return asked.size();
  }

  private synchronized List<String> copyOfAhead() {
    return new ArrayList<String>(ahead);
  }

  public void onExecutorAdded(SparkListenerExecutorAdded event) {
    try {
      synchronized (this) {
        joined.add(event.executorId());
        missing.put(event.executorId(), Integer.valueOf(0));
        notifyAll();
        if (thread == null) {
          thread = new Thread(this, "s3-encryption-joining");
          thread.setDaemon(true);
          thread.start();
        }
      }
    } catch (Throwable error) {
      // The next check finds that this executor was not reached, and says so.
      return;
    }
  }

  public void onTaskStart(SparkListenerTaskStart event) {
    try {
      synchronized (this) {
        if (missing.containsKey(event.taskInfo().executorId())) {
          begun.add(event.taskInfo().executorId());
        }
      }
    } catch (Throwable error) {
      // An event of another form: the executor is asked all the same.
      return;
    }
  }

  public void run() {
    for (List<String> next = next(); next != null; next = next()) {
      String settings = OpenFileSystems.text();
      try {
        if (!next.isEmpty() && settings != null) {
          OnExecutor.call(context, "setLocalProperty", "spark.job.description", DESCRIPTION);
          waitFor(OnExecutor.ask(context, next, settings, false, copyOfJoined()), next);
        }
      } catch (Throwable error) {
        // Spark ends, or refuses the job: those that are still missing are asked again.
        continue;
      }
    }
  }

  private synchronized void waitFor(Future<List<String>> answers, List<String> executors) {
    asked.put(answers, executors);
  }

  /**
   * Takes the answers that have come. Returns the executors to ask now, after a pause unless one has
   * just joined; null if there is nothing left to wait for, and the thread ends.
   */
  private synchronized List<String> next() {
    collect();
    Set<String> waiting = new HashSet<String>();
    Iterator<List<String>> lists = asked.values().iterator();
    while (lists.hasNext()) {
      waiting.addAll((List<String>) lists.next());
    }
    List<String> found = new ArrayList<String>();
    boolean pause = true;
    String known = missing.isEmpty() ? "" : known();
    Iterator<String> ids = new ArrayList<String>(missing.keySet()).iterator();
    while (ids.hasNext()) {
      String id = (String) ids.next();
      int tries = ((Integer) missing.get(id)).intValue();
      if (waiting.contains(id)) {
        continue;
      }
      if (tries < TRIES && known.indexOf("," + id + ",") >= 0) {
        missing.put(id, Integer.valueOf(tries + 1));
        found.add(id);
        pause = pause && tries > 0;
        continue;
      }
      missing.remove(id);
      if (begun.remove(id)) {
        ahead.add("");
      }
    }
    if (missing.isEmpty() && asked.isEmpty()) {
      thread = null;
      return null;
    }
    if (pause) {
      try {
        wait(100);
      } catch (InterruptedException error) {
        // Whoever ends this thread has no other way: the next check reaches the executors.
        thread = null;
        return null;
      }
    }
    return found;
  }

  /** The ids of the executors that are there, each between commas; "" if Spark no longer says. */
  private String known() {
    try {
      Object ids = OnExecutor.call(context, "getExecutorIds");
      return "," + OnExecutor.call(ids, "mkString", ",") + ",";
    } catch (Throwable error) {
      return "";
    }
  }

  private void collect() {
    Iterator<Future<List<String>>> futures =
        new ArrayList<Future<List<String>>>(asked.keySet()).iterator();
    while (futures.hasNext()) {
      Future<List<String>> future = (Future<List<String>>) futures.next();
      if (!future.isDone()) {
        continue;
      }
      asked.remove(future);
      List<String> answers = Collections.<String>emptyList();
      try {
        answers = (List<String>) future.get();
      } catch (Throwable error) {
        // Cancelled, or lost with its executor: asked again as long as it is there.
        continue;
      }
      for (int i = 0; i < answers.size(); i++) {
        String[] lines = ((String) answers.get(i)).split("\n", 3);
        missing.remove(lines[0]);
        begun.remove(lines[0]);
        StringTokenizer addresses = new StringTokenizer(lines[1]);
        while (addresses.hasMoreTokens()) {
          ahead.add(addresses.nextToken());
        }
      }
    }
  }
}
