package jupyterlab.s3encryption.seen;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.regex.Pattern;

/**
 * Spark's own record of its SQL executions, as far as they are of the sessions of one client: those of
 * others on the same server are left out.
 *
 * <p>Source of the names: SQLAppStatusStore, and the tags that Spark Connect gives its jobs, Spark 4.
 */
public final class Records {
  /** How many are told at once, and how much of a plan, and of all. */
  private static final int MOST = 200;

  private static final int MOST_OF_PLAN = 20000;
  private static final int MOST_OF_ALL = 400000;

  /** Without any of these words a plan writes nothing, whatever version of Spark printed it. */
  private static final Pattern WRITES =
      Pattern.compile(
          "Insert|Save|Append|Overwrite|Replace|Write|Atomic|Create|Merge|Delete|Update|Optimize"
              + "|Load|Alter|Truncated plan|more characters|WholeStageCodegen subtrees|redacted");

  /**
   * What is new since a number: "settled" (whether the record was complete), "now" (milliseconds since
   * 1970), "first" and "last" (the numbers that it has), "since" (when the first of them began), "next"
   * (the number to go on with), and "executions", each as [number, began, ended or null, whose ("own",
   * "" if not known), plan, "" if it writes nothing].
   *
   * @param sessions ids of the client's sessions, one a line
   */
  public static Map<String, Object> since(Object session, Object context, long from, String sessions)
      throws Exception {
    Map<String, Object> found = new LinkedHashMap<String, Object>();
    found.put("settled", Boolean.valueOf(isSettled(context)));
    Object store = Catalogs.call(Catalogs.call(session, "sharedState"), "statusStore");
    long count = ((Long) Catalogs.call(store, "executionsCount")).longValue();
    long first = count == 0 ? 0 : number(store, 0);
    long last = count == 0 ? -1 : number(store, (int) count - 1);
    long next = Math.max(from, first);
    List<Object> executions = new ArrayList<Object>();
    int size = 0;
    Object jobs = Catalogs.call(context, "statusStore");
    for (; next <= last && executions.size() < MOST && size < MOST_OF_ALL; next++) {
      Object option = Catalogs.call(store, "execution", Long.valueOf(next));
      if (!Boolean.TRUE.equals(Catalogs.call(option, "isDefined"))) {
        continue;
      }
      Object data = Catalogs.call(option, "get");
      String whose = whose(jobs, data, sessions);
      if (whose == null) {
        continue;
      }
      List<Object> one = new ArrayList<Object>();
      one.add(Long.valueOf(next));
      one.add(Catalogs.call(data, "submissionTime"));
      Object over = Catalogs.call(data, "completionTime");
      boolean ended = Boolean.TRUE.equals(Catalogs.call(over, "isDefined"));
      one.add(ended ? Catalogs.call(Catalogs.call(over, "get"), "getTime") : null);
      one.add(whose);
      String plan = String.valueOf(Catalogs.call(data, "physicalPlanDescription"));
      plan = WRITES.matcher(plan).find() ? plan : "";
      if (plan.length() > MOST_OF_PLAN) {
        int more = plan.length() - MOST_OF_PLAN;
        plan = plan.substring(0, MOST_OF_PLAN) + "... " + more + " more characters";
      }
      one.add(plan);
      size += plan.length() + 100;
      executions.add(one);
    }
    found.put("first", Long.valueOf(first));
    found.put("last", Long.valueOf(last));
    found.put("since", count == 0 ? Long.valueOf(0) : began(store, first));
    found.put("now", Long.valueOf(System.currentTimeMillis()));
    found.put("next", Long.valueOf(next));
    found.put("executions", executions);
    return found;
  }

  private static long number(Object store, int position) throws Exception {
    Object list =
        Catalogs.call(store, "executionsList", Integer.valueOf(position), Integer.valueOf(1));
    Object first = Catalogs.call(list, "apply", Integer.valueOf(0));
    return ((Long) Catalogs.call(first, "executionId")).longValue();
  }

  private static Object began(Object store, long number) throws Exception {
    Object data = Catalogs.call(Catalogs.call(store, "execution", Long.valueOf(number)), "get");
    return Catalogs.call(data, "submissionTime");
  }

  private static boolean isSettled(Object context) {
    try {
      Catalogs.call(Catalogs.call(context, "listenerBus"), "waitUntilEmpty", Long.valueOf(100));
      return true;
    } catch (Throwable error) {
      return false;
    }
  }

  /** "own" for an execution of one of the sessions, null for one of others, "" if that is not known. */
  private static String whose(Object jobs, Object data, String sessions) {
    try {
      Object keys = Catalogs.call(Catalogs.call(Catalogs.call(data, "jobs"), "keys"), "mkString", " ");
      StringTokenizer numbers = new StringTokenizer(String.valueOf(keys), " ");
      boolean known = false;
      while (numbers.hasMoreTokens()) {
        Object job = Catalogs.call(jobs, "job", Integer.valueOf(numbers.nextToken()));
        String tags = String.valueOf(Catalogs.call(Catalogs.call(job, "jobTags"), "mkString", " "));
        StringTokenizer own = new StringTokenizer(sessions, "\n");
        while (own.hasMoreTokens()) {
          if (tags.contains("_Session_" + own.nextToken() + "_")) {
            return "own";
          }
        }
        known = known || tags.contains("_Session_");
      }
      return known ? null : "";
    } catch (Throwable error) {
      return ""; // Spark has forgotten the job, or has no tags.
    }
  }

  private Records() {}
}
