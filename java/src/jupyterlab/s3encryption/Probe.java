package jupyterlab.s3encryption;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.StringReader;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.StringTokenizer;
import java.util.TreeSet;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jupyterlab.s3encryption.seen.Records;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.SparkEnv;
import org.apache.spark.sql.api.java.UDF1;

/**
 * Looks into the driver of a Spark Connect server, and into its executors by a job, for a session
 * that brought this class along and calls it as a function of SQL with a constant.
 *
 * <p>The server may have other users: nothing is replaced while another session is there, unless
 * somebody asks for it, and file systems that others open are left to them. Throws nothing: an Error
 * that left this class would end the server. No key of SSE-C is in an answer.
 */
public final class Probe implements UDF1<Object, Object> {
  private static final long serialVersionUID = 1L;

  /** Says whose function it is; a client believes no other. */
  private static final String BY = "jupyterlab-s3-encryption 1";

  /** How long an answer may be. */
  private static final int MOST = 1000000;

  /** How many file systems are opened in an executor. */
  private static final int MOST_OPENED = 20;

  private static final String[] SCHEMES = {"s3", "s3a", "s3n"};

  private static final Pattern EXECUTOR = Pattern.compile("BlockManagerId\\(([^,]+), ");

  /**
   * @param request base64 of the format of java.util.Properties: "id", which comes back; "replace"
   *     ("true": what writes otherwise may be replaced, "asked": also if others use the server),
   *     "anew" (whether the settings were just chosen), "limit" (milliseconds for the executors),
   *     "sessions" (ids of the caller's own sessions, one a line), "buckets" (that have settings of
   *     their own, one a line), "records" (number of the first execution; without it none are read),
   *     and "connector", "prefix", "bucketPrefix" and "names" of {@link Settings#read}; without
   *     these no settings are in force
   * @return JSON, see {@link #answer}; or an object with "error"
   */
  public Object call(Object request) {
    Map<String, Object> failed = new LinkedHashMap<String, Object>();
    failed.put("by", BY);
    try {
      Properties asked = new Properties();
      byte[] bytes = Base64.getDecoder().decode(String.valueOf(request));
      asked.load(new StringReader(new String(bytes, "UTF-8")));
      failed.put("id", asked.getProperty("id"));
      String found = Json.write(answer(asked));
      if (found.length() <= MOST) {
        return found;
      }
      failed.put("error", "The answer has " + found.length() + " characters.");
    } catch (InterruptedException error) {
      Thread.currentThread().interrupt();
      failed.put("error", "interrupted");
    } catch (Throwable error) {
      failed.put("error", text(error));
    }
    return Json.write(failed);
  }

  private static Map<String, Object> answer(Properties asked) throws Exception {
    if (!"driver".equals(SparkEnv.get().executorId())) {
      throw new IllegalStateException("This was not run by the driver.");
    }
    Object session = session();
    Object context = OnExecutor.call(session, "sparkContext");
    Configuration conf = configuration(session);
    boolean armed = asked.getProperty("connector") != null;
    if (armed) {
      loadConnector(asked.getProperty("connector"));
    }
    String settings = armed ? Settings.of(conf, asked) : null;
    Integer others = others(asked.getProperty("sessions", ""), context);
    String replace = asked.getProperty("replace", "");
    boolean alone = others != null && others.intValue() == 0;
    boolean replaces = "asked".equals(replace) || ("true".equals(replace) && alone);
    boolean anew = "true".equals(asked.getProperty("anew"));
    new OpenFileSystems().leaveOut(context);
    Map<String, Object> answer = new LinkedHashMap<String, Object>();
    answer.put("by", BY);
    answer.put("id", asked.getProperty("id"));
    answer.put("application", String.valueOf(OnExecutor.call(context, "applicationId")));
    answer.put("master", String.valueOf(OnExecutor.call(context, "master")));
    answer.put("spark", String.valueOf(OnExecutor.call(context, "version")));
    answer.put("hadoop", hadoop());
    answer.put("others", others);
    answer.put("running", running(session, context));
    answer.put("kept", kept(session, context));
    answer.put("fetched", fetched(context));
    answer.put("connectors", connectors(conf));
    answer.put("derived", armed ? derived(conf, asked) : null);
    answer.put("server", armed ? server(context, asked) : null);
    answer.put("eventLog", eventLog(context));
    answer.put("replaced", Boolean.valueOf(replaces));
    if (replaces) {
      OpenFileSystems.change(settings, anew, false, false);
    }
    answer.put("driver", new OpenFileSystems().look(settings));
    answer.put("executors", executors(context, settings, anew, replaces, asked));
    if (asked.getProperty("records") != null) {
      long first = Long.parseLong(asked.getProperty("records"));
      answer.put("records", Records.since(session, context, first, asked.getProperty("sessions", "")));
    }
    return answer;
  }

  private static Object session() throws Exception {
    Class<?> owner = OpenFileSystems.named("org.apache.spark.sql.SparkSession");
    Object found = owner.getMethod("getActiveSession").invoke(null);
    return OnExecutor.call(found, "get");
  }

  /** A new Hadoop configuration as each operation of the session gets it. */
  private static Configuration configuration(Object session) throws Exception {
    return (Configuration) OnExecutor.call(OnExecutor.call(session, "sessionState"), "newHadoopConf");
  }

  /** From here on every configuration knows which of its names are older ones of others. */
  private static void loadConnector(String name) {
    try {
      OpenFileSystems.named(name);
    } catch (Throwable error) {
      return; // The server does not have it, which its connectors show.
    }
  }

  /** How many sessions others have on the server; null if that is not known. */
  private static Integer others(String own, Object context) {
    try {
      Object conf = OnExecutor.call(context, "getConf");
      Object plugins = OnExecutor.call(conf, "get", "spark.plugins", "");
      if (String.valueOf(plugins).contains("SparkConnectPlugin")) {
        return null; // The server is part of an application, whose own code is no session.
      }
      Class<?> owner =
          OpenFileSystems.named("org.apache.spark.sql.connect.service.SparkConnectService$");
      Object service = OpenFileSystems.field(owner, "MODULE$").get(null);
      StringTokenizer each = new StringTokenizer(sessions(service), "\n");
      int count = 0;
      while (each.hasMoreTokens()) {
        count += isOneOf(each.nextToken(), own) ? 0 : 1;
      }
      return Integer.valueOf(count);
    } catch (Throwable error) {
      return null;
    }
  }

  /** The sessions of a server, one a line, each with ",ID," in it. */
  private static String sessions(Object service) throws Exception {
    Object manager;
    try {
      manager = OnExecutor.call(service, "sessionManager");
    } catch (NoSuchMethodException error) {
      return sessionsOfSpark35(service);
    }
    return String.valueOf(
        OnExecutor.call(OnExecutor.call(manager, "listActiveSessions"), "mkString", "\n"));
  }

  /** The same of Spark 3.5, which has them by (user, ID) in a cache of a library's. */
  private static String sessionsOfSpark35(Object service) throws Exception {
    Field field = OpenFileSystems.field(service.getClass(), "userSessionMapping");
    // Asked by the type of the field: the class of what is in it is not public.
    Map map = (Map) field.getType().getMethod("asMap").invoke(field.get(service));
    Iterator keys = map.keySet().iterator();
    StringBuilder found = new StringBuilder();
    while (keys.hasNext()) {
      found.append(',').append(OnExecutor.call(keys.next(), "_2")).append(",\n");
    }
    return found.toString();
  }

  private static boolean isOneOf(String session, String own) {
    StringTokenizer each = new StringTokenizer(own, "\n");
    while (each.hasMoreTokens()) {
      if (session.contains("," + each.nextToken() + ",")) {
        return true;
      }
    }
    return false;
  }

  /** As {@link Running#counts}, without the query that asks. */
  private static String running(Object session, Object context) throws Exception {
    String counts = Running.counts(context, OnExecutor.call(session, "sharedState"));
    StringTokenizer each = new StringTokenizer(counts, " ");
    String jobs = each.nextToken();
    String commands = each.nextToken();
    Object own = OnExecutor.call(context, "getLocalProperty", "spark.sql.execution.id");
    if (own != null && !"?".equals(commands) && !"0".equals(commands)) {
      commands = String.valueOf(Integer.parseInt(commands) - 1);
    }
    return jobs + " " + commands + " " + each.nextToken();
  }

  /**
   * How many RDDs and frames Spark keeps: if they have to be computed again, it is with the
   * configuration that they were first computed with. Null if that is not known.
   */
  private static Integer kept(Object session, Object context) {
    try {
      Object rdds = OnExecutor.call(OnExecutor.call(context, "getPersistentRDDs"), "size");
      Object cache = OnExecutor.call(OnExecutor.call(session, "sharedState"), "cacheManager");
      boolean none = Boolean.TRUE.equals(OnExecutor.call(cache, "isEmpty"));
      return Integer.valueOf(((Integer) rdds).intValue() + (none ? 0 : 1));
    } catch (Throwable error) {
      return null;
    }
  }

  /**
   * How many files executors fetch from S3 when they start, or when such a file was added: with the
   * server's own configuration. Null if that is not known.
   */
  private static Integer fetched(Object context) {
    try {
      Object conf = OnExecutor.call(context, "getConf");
      String[] names = {"spark.jars", "spark.files", "spark.archives", "spark.submit.pyFiles"};
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < names.length; i++) {
        all.append(OnExecutor.call(conf, "get", names[i], "")).append(',');
      }
      String[] lists = {"listJars", "listFiles", "listArchives"};
      for (int i = 0; i < lists.length; i++) {
        Object list = OnExecutor.call(context, lists[i]);
        all.append(OnExecutor.call(list, "mkString", ",")).append(',');
      }
      int count = 0;
      StringTokenizer each = new StringTokenizer(all.toString(), ",");
      while (each.hasMoreTokens()) {
        count += each.nextToken().trim().matches("s3[an]?://.*") ? 1 : 0;
      }
      return Integer.valueOf(count);
    } catch (Throwable error) {
      return null;
    }
  }

  private static String hadoop() throws Exception {
    Class<?> owner = OpenFileSystems.named("org.apache.hadoop.util.VersionInfo");
    return String.valueOf(owner.getMethod("getVersion").invoke(null));
  }

  /** By scheme a list of the class that serves it, or null, and why there is none. */
  private static Map<String, Object> connectors(Configuration conf) {
    Map<String, Object> found = new LinkedHashMap<String, Object>();
    for (int i = 0; i < SCHEMES.length; i++) {
      List<Object> one = new ArrayList<Object>();
      found.put(SCHEMES[i], one);
      try {
        String name = conf.get("fs." + SCHEMES[i] + ".impl");
        if (name == null || name.trim().isEmpty()) {
          name = FileSystem.getFileSystemClass(SCHEMES[i], conf).getName();
        } else {
          name = conf.getClassByName(name.trim()).getName();
        }
        one.add(name);
        one.add(null);
      } catch (Throwable error) {
        one.clear();
        one.add(null);
        one.add(text(error));
      }
    }
    return found;
  }

  /** What S3A makes of the settings: by bucket, "" for all others, [algorithm, key] or [null, error]. */
  private static Map<String, Object> derived(Configuration conf, Properties asked) {
    Map<String, Object> found = new LinkedHashMap<String, Object>();
    if (!Seal.fits(asked.getProperty("connector"))) {
      return found;
    }
    StringTokenizer buckets = new StringTokenizer("\n" + asked.getProperty("buckets", ""), "\n");
    String bucket = "";
    while (bucket != null) {
      List<Object> one = new ArrayList<Object>();
      try {
        String[] secrets = S3A.derived(bucket.isEmpty() ? "a-bucket-without-rules" : bucket, conf);
        one.add(secrets[0]);
        one.add(isKms(secrets[0]) ? secrets[1] : "");
      } catch (Throwable error) {
        one.clear();
        one.add(null);
        // What S3A says of settings that it refuses may have a key in it.
        one.add(error.getClass().getSimpleName());
      }
      found.put(bucket, one);
      bucket = buckets.hasMoreTokens() ? buckets.nextToken() : null;
    }
    return found;
  }

  /** Whether the key of an algorithm is the name of one, not the key itself. */
  private static boolean isKms(String algorithm) {
    return algorithm != null && algorithm.toUpperCase(Locale.ROOT).endsWith("-KMS");
  }

  /**
   * The encryption properties that the server was started with. Of a key the value only if it is the
   * name of one, else null.
   */
  private static Map<String, Object> server(Object context, Properties asked) throws Exception {
    Configuration conf = (Configuration) OnExecutor.call(context, "hadoopConfiguration");
    Map found = Settings.properties(conf, asked);
    Map<String, Object> shown = new LinkedHashMap<String, Object>();
    Iterator names = found.keySet().iterator();
    while (names.hasNext()) {
      String name = (String) names.next();
      String value = (String) found.get(name);
      if (name.endsWith("key")) {
        String bare = name.substring(0, name.length() - 4);
        Object method = found.get(bare + ".algorithm");
        method = method == null ? found.get(bare + "-algorithm") : method;
        value = isKms((String) method) || value.isEmpty() ? value : null;
      }
      shown.put(name, value);
    }
    return shown;
  }

  /** scheme://bucket of Spark's event log; null if it is off, or not on S3. */
  private static String eventLog(Object context) {
    try {
      Object folder = OnExecutor.call(context, "eventLogDir");
      String text = String.valueOf(OnExecutor.call(OnExecutor.call(folder, "get"), "toString"));
      Matcher address = Pattern.compile("(s3[an]?)://([^/]+).*").matcher(text);
      return address.matches() ? address.group(1) + "://" + address.group(2) : null;
    } catch (Throwable error) {
      return null; // It is off.
    }
  }

  /**
   * What each executor says: "total", "answers" (each as of {@link OnExecutor#call}) and "reason", why
   * some are missing; null if there are none beside the driver.
   */
  private static Map<String, Object> executors(
      Object context, String settings, boolean anew, boolean replaces, Properties asked)
      throws InterruptedException {
    long end = System.nanoTime() + Long.parseLong(asked.getProperty("limit", "0")) * 1000000;
    String master = asked.getProperty("master", "");
    Map<String, Object> found = new LinkedHashMap<String, Object>();
    Map<String, String> answers = new LinkedHashMap<String, String>();
    String reason = null;
    Object description = null;
    TreeSet<String> there = new TreeSet<String>();
    try {
      master = String.valueOf(OnExecutor.call(context, "master"));
      if (master.equals("local") || master.startsWith("local[")) {
        return null;
      }
      there = ids();
      description = OnExecutor.call(context, "getLocalProperty", "spark.job.description");
      OnExecutor.call(
          context,
          "setLocalProperty",
          "spark.job.description",
          "S3 Encryption: settings of open buckets");
      // Their configurations are large, and mostly an executor has open what the driver has.
      Map<String, byte[]> open = none();
      while (System.nanoTime() < end) {
        there.retainAll(ids());
        TreeSet<String> left = new TreeSet<String>(there);
        left.removeAll(answers.keySet());
        if (left.isEmpty()) {
          left = replaces && open.isEmpty() ? lacking(answers, settings) : left;
          if (left.isEmpty()) {
            break;
          }
          open = configurations(settings);
          answers.keySet().removeAll(left);
        }
        boolean first = open.isEmpty();
        OnExecutor task = OnExecutor.ofServer(settings, anew && first, !replaces, open);
        Future<List<String>> future = OnExecutor.ask(context, new ArrayList<String>(left), task);
        try {
          List<String> rows =
              (List<String>) future.get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
          for (int i = 0; i < rows.size(); i++) {
            String row = (String) rows.get(i);
            answers.put(row.substring(0, row.indexOf('\n')), row);
          }
        } finally {
          future.cancel(true);
        }
      }
    } catch (InterruptedException error) {
      throw error;
    } catch (Throwable error) {
      reason = text(error);
    }
    restore(context, description);
    found.put("total", Integer.valueOf(there.size()));
    found.put("ids", new ArrayList<String>(there));
    found.put("answers", new ArrayList<String>(answers.values()));
    found.put("reason", reason);
    return found;
  }

  /** Executors that do not have open all that the driver has open as the settings say. */
  private static TreeSet<String> lacking(Map<String, String> answers, String settings) throws Exception {
    TreeSet<String> found = new TreeSet<String>();
    List<String> addresses =
        new ArrayList<String>(OpenFileSystems.fresh(Settings.read(settings)).keySet());
    if (addresses.size() > MOST_OPENED) {
      addresses = addresses.subList(0, MOST_OPENED);
    }
    Iterator<Map.Entry<String, String>> each = answers.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<String, String> entry = (Map.Entry<String, String>) each.next();
      for (int i = 0; i < addresses.size(); i++) {
        String uri = "\"uri\":" + Json.write(addresses.get(i));
        if (((String) entry.getValue()).indexOf(uri) < 0) {
          found.add((String) entry.getKey());
        }
      }
    }
    return found;
  }

  private static void restore(Object context, Object description) {
    try {
      OnExecutor.call(context, "setLocalProperty", "spark.job.description", description);
    } catch (Throwable error) {
      return; // It is the name of a job.
    }
  }

  private static TreeSet<String> ids() {
    TreeSet<String> found = new TreeSet<String>();
    Matcher each = EXECUTOR.matcher(OnExecutor.executors());
    while (each.find()) {
      found.add(each.group(1));
    }
    found.remove("driver");
    return found;
  }

  private static Map<String, byte[]> none() {
    return new LinkedHashMap<String, byte[]>();
  }

  /** What the driver has open as the settings say, with the configuration of each. */
  private static Map<String, byte[]> configurations(String settings) throws Exception {
    Map<String, byte[]> found = none();
    Iterator<Map.Entry<String, Configuration>> each =
        OpenFileSystems.fresh(Settings.read(settings)).entrySet().iterator();
    while (each.hasNext() && found.size() < MOST_OPENED) {
      Map.Entry<String, Configuration> entry = (Map.Entry<String, Configuration>) each.next();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      ((Configuration) entry.getValue()).write(new DataOutputStream(bytes));
      found.put((String) entry.getKey(), bytes.toByteArray());
    }
    return found;
  }

  /** What an error says, in one line. */
  private static String text(Throwable error) {
    String found = String.valueOf(error);
    int end = found.indexOf('\n');
    found = end < 0 ? found : found.substring(0, end);
    return found.length() > 500 ? found.substring(0, 500) : found;
  }
}
