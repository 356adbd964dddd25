package jupyterlab.s3encryption;

import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.net.URI;
import java.security.PrivilegedExceptionAction;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import java.util.WeakHashMap;
import jupyterlab.s3encryption.seen.Catalogs;
import jupyterlab.s3encryption.seen.Moves;
import jupyterlab.s3encryption.seen.Places;
import jupyterlab.s3encryption.seen.Watched;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.statistics.IOStatistics;
import org.apache.hadoop.fs.statistics.IOStatisticsSource;
import org.apache.hadoop.security.UserGroupInformation;
import org.apache.hadoop.util.ReflectionUtils;

/**
 * The S3 file systems in Hadoop's cache of this JVM, and the settings that they are opened with.
 *
 * <p>Closes nothing that somebody may use, touches instances of S3 schemes only, and throws nothing:
 * an Error that leaves a class of ours would end a Spark Connect server.
 *
 * <p>Source of the private names: org.apache.hadoop.fs.FileSystem, Hadoop 2.8 to 3.5.
 */
public final class OpenFileSystems {
  /** Requests of S3A that write; source: StoreStatisticNames, Hadoop 3.3.1 to 3.5. */
  private static final String[] WRITES = {
    "object_multipart_initiated", "object_put_request", "object_copy_requests"
  };

  /** How many instances that left the cache are watched for writes; the oldest are let go. */
  private static final int MOST_LEFT = 1024;

  private static volatile Settings current;

  /** As text, what {@link Settings#read} takes; null for none. */
  private static volatile String text;

  /** Whether every S3A file system that is opened from now on gets the settings. */
  private static volatile boolean sealed;

  /**
   * Why the last change did not come to its end; null if it did. Of a file system that could not be
   * opened its address, a line break, and the error.
   */
  private static volatile String failure;

  /** Instances that were seen, or made, to write as some settings say: to those fingerprints. */
  private static final Map<FileSystem, String> FRESH = new WeakHashMap<FileSystem, String>();

  /** Instances that write otherwise though they were given settings: to those fingerprints. */
  private static final Map<FileSystem, String> STUBBORN = new WeakHashMap<FileSystem, String>();

  private static final List<Left> LEFT = new ArrayList<Left>();

  private static volatile WeakReference<Object> eventLog = new WeakReference<Object>(null);

  /** In an executor that joined late: what it had written to otherwise; null in all others. */
  private static List<String> ahead;

  /** An instance that was replaced by another one. */
  private static final class Left {
    final String uri;
    final WeakReference<FileSystem> system;
    /** Outlives the file system, so that what it wrote last counts too. */
    final IOStatistics statistics;
    /** The event log writes through it, perhaps among others. */
    final boolean isLog;
    long written;
    /** Whether it may have written, and its connector does not count. */
    boolean mayHaveWritten;

    /** @param all whether what it wrote until now counts, too */
    Left(FileSystem system, boolean all) {
      this.uri = String.valueOf(system.getUri());
      this.system = new WeakReference<FileSystem>(system);
      this.statistics = statistics(system);
      this.isLog = eventLog.get() == system;
      this.written = all ? 0 : count();
      this.mayHaveWritten = all && statistics == null;
    }

    boolean isGone() {
      return system.get() == null;
    }

    void forget() {
      written = count();
      mayHaveWritten = false;
    }

    boolean wroteSince() {
      return mayHaveWritten || count() > written;
    }

    private long count() {
      return OpenFileSystems.written(statistics, !isLog);
    }
  }

  /** The settings in force as text; null for none. */
  static String text() {
    return text;
  }

  /** The settings in force; null for none. */
  static Settings settings() {
    return current;
  }

  /**
   * A configuration with the settings in force laid over it; the same object if none are, or if it
   * brings a key that has to be kept.
   */
  static Configuration effective(URI name, Configuration conf) {
    Settings settings = current;
    if (settings == null || settings.wouldTakeKeyFrom(conf, bucket(name))) {
      return conf;
    }
    return settings.laidOver(conf, bucket(name));
  }

  /** An instance writes otherwise than the settings say, and opening it again would not help. */
  static void cannotEnforce(FileSystem system, Settings settings) {
    remember(STUBBORN, system, settings.fingerprint);
  }

  static String bucket(URI name) {
    return name.getHost() != null ? name.getHost() : name.getAuthority();
  }

  /**
   * Begins to load S3A, and what of Spark a first report needs, beside whatever the caller does
   * next: in a fresh JVM that takes longer than all else. Whoever needs it waits for it.
   *
   * @param java a JavaSparkContext
   */
  public void prepare(final Object java) {
    Runnable loading =
        new Runnable() {
          public void run() {
            try {
              named("org.apache.hadoop.util.VersionInfo");
              Seal.prepare();
              Object context = OnExecutor.call(java, "sc");
              Object settings = OnExecutor.call(context, "hadoopConfiguration");
              // S3A brings files of defaults, which a configuration reads when it is next asked.
              properties(settings);
              running(context, null);
              Class<?> owner = named("org.apache.spark.sql.internal.SessionState$");
              Object none = named("org.apache.spark.sql.internal.SQLConf").newInstance();
              OnExecutor.call(field(owner, "MODULE$").get(null), "newHadoopConf", settings, none);
              leaveOut(context);
              look(null);
            } catch (Throwable error) {
              // Without S3A, or of another Spark: whoever needs it reports that itself.
              return;
            }
          }
        };
    Thread thread = new Thread(loading, "s3-encryption-prepare");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * How many Spark sessions Python has in hand, whatever it does with them.
   *
   * @param server py4j's, of this JVM
   */
  public int sessions(Object server) throws Exception {
    Object gateway = server.getClass().getMethod("getGateway").invoke(server);
    Map bindings = (Map) gateway.getClass().getMethod("getBindings").invoke(gateway);
    Map<Object, Object> found = new IdentityHashMap<Object, Object>();
    for (Object bound : bindings.values()) {
      Class<?> kind = bound == null ? null : bound.getClass();
      while (kind != null && !kind.getName().equals("org.apache.spark.sql.SparkSession")) {
        kind = kind.getSuperclass();
      }
      if (kind != null) {
        found.put(bound, null);
      }
    }
    return found.size();
  }

  /** What a Configuration has for S3, as JSON: by names without the "fs.s3" that they begin with. */
  public String properties(Object settings) {
    return Json.write(((Configuration) settings).getPropsWithPrefix("fs.s3"));
  }

  /** As {@link Running#counts}. */
  public String running(Object context, Object shared) {
    return Running.counts(context, shared);
  }

  /**
   * Brings settings into force: whoever opens a bucket from now on gets them, and what the cache
   * holds with others is replaced by an instance that has them, but stays open for those who use it.
   *
   * @param text the settings, see {@link Settings#read}; null: none are in force any more
   * @param anew whether somebody chose them just now: what wrote with older ones until then is
   *     forgotten
   * @return as {@link #look}
   */
  public String change(String text, boolean anew) {
    return change(text, anew, false);
  }

  /**
   * From now on the file system of a SparkContext's (of Scala) event log is known. The log is one
   * file that is written in parts, so what others write through it is still seen unless it is as
   * large.
   */
  public void leaveOut(Object context) {
    try {
      Object logger = OnExecutor.call(context, "eventLogger");
      if (Boolean.TRUE.equals(OnExecutor.call(logger, "isDefined"))) {
        Object writer = OnExecutor.call(OnExecutor.call(logger, "get"), "logWriter");
        eventLog = new WeakReference<Object>(OnExecutor.call(writer, "fileSystem"));
      }
    } catch (Throwable error) {
      // Another Spark's event log: what it writes counts, and the claim is lower.
      return;
    }
  }

  /** Addresses that an executor wrote to otherwise before it was reached, each with a blank behind it. */
  static synchronized String ahead() {
    StringBuilder found = new StringBuilder();
    for (int i = 0; ahead != null && i < ahead.size(); i++) {
      found.append((String) ahead.get(i)).append(' ');
    }
    return found.toString();
  }

  /**
   * As {@link #change(String, boolean)}, in an executor.
   *
   * @param late whether it joined after the settings were chosen: what it opened otherwise until now
   *     was opened by a job that should have had them
   */
  static String change(String text, boolean anew, boolean late) {
    return change(text, anew, late, true);
  }

  /**
   * As {@link #change(String, boolean, boolean)}.
   *
   * @param sealing whether this JVM is the user's own. If it is a server's, others open file systems
   *     too: what is open is replaced, and what is opened from now on is left to whoever opens it
   */
  static String change(String text, boolean anew, boolean late, boolean sealing) {
    try {
      synchronized (OpenFileSystems.class) {
        Settings next = Settings.read(text);
        if (anew) {
          forgetWrites();
          Joining.forget();
          Moves.forget();
          Places.part();
        }
        failure = null;
        sealed = false;
        current = next;
        OpenFileSystems.text = text;
        if (next == null) {
          Joining.leave();
        }
        if (sealing && next != null && Seal.fits(next.connector)) {
          Seal.set();
          sealed = true;
        } else if (sealing) {
          Seal.lift();
        }
        if (!late) {
          ahead = null;
        } else if (ahead == null) {
          ahead = new ArrayList<String>();
        }
        replaceAll(next, anew);
      }
    } catch (Throwable error) {
      failure = String.valueOf(error);
    }
    return described(current);
  }

  /**
   * What is open, as JSON: "systems" (each with uri, className, algorithm, key, stale), "sealed",
   * "failure", "left" (how many instances left the cache and are still in use), "writing" (the
   * addresses of those that wrote since then), "ahead" (see {@link Joining#ahead}), "moved" (see
   * {@link Moves#list}). algorithm and key are null if the connector does not say, and the key is null
   * under SSE-C; stale is null if it is not known.
   *
   * @param text the settings to compare with, see {@link Settings#read}; null: those in force
   */
  public String look(String text) {
    Settings compared = current;
    try {
      if (text != null) {
        compared = Settings.read(text);
      }
    } catch (Throwable error) {
      failure = String.valueOf(error);
    }
    return described(compared);
  }

  /** The S3A file system that is open for a bucket; null if there is none. */
  public Object instance(String bucket) {
    try {
      List<Object[]> entries = cached();
      for (int i = 0; i < entries.size(); i++) {
        FileSystem system = (FileSystem) ((Object[]) entries.get(i))[1];
        if (bucket.equals(bucket(system.getUri())) && Seal.fits(className(system))) {
          return system;
        }
      }
    } catch (Throwable error) {
      return null;
    }
    return null;
  }

  /** From now on brings the settings in force to each executor of a SparkContext (of Scala) that joins. */
  public void follow(Object context) {
    try {
      Joining.follow(context);
    } catch (Throwable error) {
      // Executors that join are then reached by the next check, as it finds that they were not.
      return;
    }
  }

  /**
   * What the tables of a session's Iceberg catalogs are written with, as JSON: see {@link
   * Catalogs#writers}; or an object with "error".
   *
   * @param session a SparkSession (of Scala)
   */
  public String writers(Object session) {
    try {
      return Json.write(Catalogs.writers(session));
    } catch (Throwable error) {
      return "{\"error\":" + Json.write(String.valueOf(error)) + "}";
    }
  }

  /** What was moved is known; numbers: as "moved" has them, separated by blanks. */
  public void release(String numbers) {
    Moves.release(numbers);
  }

  /** As JSON {@link Catalogs#committed}; or an object with "error". */
  public String committed(Object session, String application, long since, String known) {
    try {
      return Json.write(Catalogs.committed(session, application, since, known));
    } catch (Throwable error) {
      return "{\"error\":" + Json.write(String.valueOf(error)) + "}";
    }
  }

  /**
   * Where this JVM was asked to write, as JSON: "sealed", see {@link #look}, and "places", see {@link
   * Places#list}; or an object with "error".
   *
   * @param numbers of places that are known, separated by blanks
   */
  public String places(String numbers) {
    try {
      Places.release(numbers);
      Map<String, Object> answer = new LinkedHashMap<String, Object>();
      answer.put("sealed", Boolean.valueOf(sealed));
      answer.put("places", Places.list());
      return Json.write(answer);
    } catch (Throwable error) {
      return "{\"error\":" + Json.write(String.valueOf(error)) + "}";
    }
  }

  /** Brings nothing any more to executors that join. */
  public void leave() throws Exception {
    Joining.leave();
  }

  /** How many jobs of ours are under way for executors that joined. */
  public int jobs() {
    return Joining.jobs();
  }

  /**
   * Begins a job that does in executors what {@link #change} does in this JVM.
   *
   * @param context a SparkContext (of Scala)
   * @param executors their ids, one a line
   * @param text the settings, see {@link Settings#read}; null: none
   * @param anew as for {@link #change}
   * @return a Future of the answers of {@link OnExecutor#call}
   */
  public Object ask(Object context, String executors, String text, boolean anew) throws Exception {
    List<String> ids = new ArrayList<String>();
    StringTokenizer lines = new StringTokenizer(executors, "\n");
    while (lines.hasMoreTokens()) {
      ids.add(lines.nextToken());
    }
    return OnExecutor.ask(context, ids, text, anew, Joining.joined());
  }

  /** Looks after the settings of a session, or a Hadoop configuration: {@link Watched#add}. */
  public void watch(Object settings) {
    Watched.add(settings);
  }

  /** Tells one state of what is watched from another: {@link Watched#state}. */
  public int watched() {
    return Watched.state();
  }

  /** {@link #watched} if nothing has to be done or said, else null: for ahead of a cell, so quick. */
  public Object quiet() {
    return isQuiet() ? Integer.valueOf(watched()) : null;
  }

  private static boolean isQuiet() {
    try {
      Settings settings = current;
      if (settings == null || failure != null) {
        return false;
      }
      List<Object[]> entries = cached();
      for (int i = 0; i < entries.size(); i++) {
        FileSystem system = (FileSystem) ((Object[]) entries.get(i))[1];
        if (isOurs(system, settings) && !isFresh(system, settings) && !isStubborn(system)) {
          return false;
        }
      }
      return writing().isEmpty() && Joining.ahead().isEmpty() && Moves.isEmpty();
    } catch (Throwable error) {
      return false;
    }
  }

  private static void replaceAll(Settings next, boolean anew) throws Exception {
    List<Object[]> entries = cached();
    for (int i = 0; i < entries.size(); i++) {
      Object key = ((Object[]) entries.get(i))[0];
      FileSystem old = (FileSystem) ((Object[]) entries.get(i))[1];
      if (next == null ? !isKnown(old) : !isOurs(old, next) || isFresh(old, next) || isStubborn(old)) {
        continue;
      }
      IOStatistics counted = statistics(old);
      if (next != null && ahead != null && (counted == null || written(counted, true) > 0)) {
        ahead.add(String.valueOf(old.getUri()));
      }
      FileSystem made = null;
      // Under the seal whoever comes first opens the right one; otherwise that has to be us.
      if (next != null && !sealed) {
        try {
          made = open(key, old, next);
        } catch (Throwable error) {
          failure = old.getUri() + "\n" + error;
        }
      }
      // Others may have written through it: one with a key of its own, or, without a seal, one that
      // somebody opened with an older configuration.
      boolean otherwise = Seal.keepsItsKey(old) || Boolean.FALSE.equals(agrees(old, next));
      put(key, old, made, otherwise && !anew);
    }
  }

  /** A new instance for the same bucket and user; all but its encryption is as it was. */
  private static FileSystem open(Object key, final FileSystem old, final Settings settings)
      throws Exception {
    final Configuration conf = settings.laidOver(old.getConf(), bucket(old.getUri()));
    final Class<?> kind = Class.forName(settings.connector, true, old.getClass().getClassLoader());
    PrivilegedExceptionAction<FileSystem> action =
        new PrivilegedExceptionAction<FileSystem>() {
          public FileSystem run() throws Exception {
            FileSystem made = (FileSystem) ReflectionUtils.newInstance(kind, conf);
            made.initialize(old.getUri(), conf);
            return made;
          }
        };
    UserGroupInformation user = (UserGroupInformation) field(key.getClass(), "ugi").get(key);
    FileSystem made;
    if (user == null || user.equals(UserGroupInformation.getCurrentUser())) {
      made = (FileSystem) action.run();
    } else {
      made = (FileSystem) user.doAs(action);
    }
    remember(FRESH, made, settings.fingerprint);
    return made;
  }

  /** Puts an instance (null: none) in the place of another one, unless that is gone already. */
  private static void put(Object key, FileSystem old, FileSystem made, boolean all)
      throws Exception {
    Object cache = cache();
    boolean done = false;
    synchronized (cache) {
      Map<Object, Object> map = map(cache);
      if (map.get(key) == old) {
        done = true;
        if (made == null) {
          map.remove(key);
        } else {
          // By its key an instance leaves the cache when it is closed.
          field(FileSystem.class, "key").set(made, key);
          map.put(key, made);
        }
      }
    }
    if (!done) {
      if (made != null) {
        LateClose.arrange(made);
      }
      return;
    }
    LateClose.arrange(old);
    synchronized (LEFT) {
      LEFT.add(new Left(old, all));
      for (int i = LEFT.size() - 1; i >= 0 && LEFT.size() > MOST_LEFT; i--) {
        if (((Left) LEFT.get(i)).isGone() && !((Left) LEFT.get(i)).wroteSince()) {
          LEFT.remove(i);
        }
      }
      while (LEFT.size() > MOST_LEFT) {
        LEFT.remove(0);
      }
    }
  }

  /** The configurations of open instances that write as some settings say, by their addresses. */
  static Map<String, Configuration> fresh(Settings settings) throws Exception {
    Map<String, Configuration> found = new LinkedHashMap<String, Configuration>();
    List<Object[]> entries = cached();
    for (int i = 0; settings != null && i < entries.size(); i++) {
      FileSystem system = (FileSystem) ((Object[]) entries.get(i))[1];
      if (isOurs(system, settings) && isFresh(system, settings)) {
        found.put(String.valueOf(system.getUri()), system.getConf());
      }
    }
    return found;
  }

  private static boolean isOurs(FileSystem system, Settings settings) {
    return settings.connector.equals(className(system));
  }

  private static String className(FileSystem system) {
    return Seal.isOn(system) ? Seal.CONNECTOR : system.getClass().getName();
  }

  /** Whether we made an instance, or it was opened under settings of ours. */
  private static boolean isKnown(FileSystem system) {
    synchronized (FRESH) {
      return Seal.isOn(system) || FRESH.containsKey(system);
    }
  }

  /** Whether an instance writes as the settings say; false also if that is unknown. */
  private static boolean isFresh(FileSystem system, Settings settings) {
    if (Seal.isOn(system) && settings.fingerprint.equals(Seal.fingerprint(system))) {
      return true;
    }
    synchronized (FRESH) {
      if (settings.fingerprint.equals(FRESH.get(system))) {
        return true;
      }
    }
    boolean fresh =
        Seal.fits(settings.connector)
            ? S3A.writesAs(system, settings)
            : Boolean.TRUE.equals(agrees(system, settings));
    if (fresh) {
      remember(FRESH, system, settings.fingerprint);
    }
    return fresh;
  }

  /**
   * Whether the configuration of an instance that cannot be asked says what the settings say; null if
   * it has none, or can be asked.
   */
  private static Boolean agrees(FileSystem system, Settings settings) {
    if (settings == null || Seal.fits(settings.connector) || system.getConf() == null) {
      return null;
    }
    return Boolean.valueOf(settings.agreeWith(system.getConf(), bucket(system.getUri())));
  }

  private static boolean isStubborn(FileSystem system) {
    Settings settings = current;
    synchronized (STUBBORN) {
      return settings != null && settings.fingerprint.equals(STUBBORN.get(system));
    }
  }

  private static void remember(Map<FileSystem, String> map, FileSystem system, String fingerprint) {
    synchronized (map) {
      map.put(system, fingerprint);
    }
  }

  /** What an instance counts; null for an older Hadoop, or another connector. */
  private static IOStatistics statistics(FileSystem system) {
    try {
      return ((IOStatisticsSource) system).getIOStatistics();
    } catch (Throwable error) {
      return null;
    }
  }

  /** @param parts whether what is written in parts counts */
  private static long written(IOStatistics statistics, boolean parts) {
    long sum = 0;
    try {
      Map<String, Long> counters = statistics.counters();
      for (int i = parts ? 0 : 1; i < WRITES.length; i++) {
        Object count = counters.get(WRITES[i]);
        sum += count == null ? 0 : ((Long) count).longValue();
      }
    } catch (Throwable error) {
      // Its writes are not counted.
      return 0;
    }
    return sum;
  }

  private static void forgetWrites() {
    synchronized (LEFT) {
      for (int i = LEFT.size() - 1; i >= 0; i--) {
        if (((Left) LEFT.get(i)).isGone()) {
          LEFT.remove(i);
        } else {
          ((Left) LEFT.get(i)).forget();
        }
      }
    }
  }

  private static List<String> writing() {
    List<String> found = new ArrayList<String>();
    synchronized (LEFT) {
      for (int i = 0; i < LEFT.size(); i++) {
        Left left = (Left) LEFT.get(i);
        if (left.wroteSince() && !found.contains(left.uri)) {
          found.add(left.uri);
        }
      }
    }
    return found;
  }

  private static String described(Settings settings) {
    try {
      Map<String, Object> answer = new LinkedHashMap<String, Object>();
      List<Map<String, Object>> systems = new ArrayList<Map<String, Object>>();
      List<Object[]> entries = cached();
      for (int i = 0; i < entries.size(); i++) {
        systems.add(described((FileSystem) ((Object[]) entries.get(i))[1], settings));
      }
      int alive = 0;
      synchronized (LEFT) {
        for (int i = 0; i < LEFT.size(); i++) {
          alive += ((Left) LEFT.get(i)).isGone() ? 0 : 1;
        }
      }
      answer.put("systems", systems);
      answer.put("sealed", Boolean.valueOf(sealed));
      answer.put("failure", failure);
      answer.put("left", Integer.valueOf(alive));
      answer.put("writing", writing());
      answer.put("ahead", Joining.ahead());
      answer.put("moved", Moves.list());
      return Json.write(answer);
    } catch (Throwable error) {
      return "{\"error\":" + Json.write(String.valueOf(error)) + "}";
    }
  }

  private static Map<String, Object> described(FileSystem system, Settings settings) {
    Map<String, Object> found = new LinkedHashMap<String, Object>();
    found.put("uri", String.valueOf(system.getUri()));
    found.put("className", className(system));
    String[] secrets = new String[2];
    try {
      if (Seal.CONNECTOR.equals(className(system))) {
        secrets = S3A.secrets(system);
      }
    } catch (Throwable error) {
      secrets = new String[2];
    }
    found.put("algorithm", secrets[0]);
    found.put("key", "SSE-C".equals(secrets[0]) ? null : secrets[1]);
    Boolean stale = null;
    if (settings != null && isOurs(system, settings)) {
      boolean fresh = isFresh(system, settings);
      boolean known = secrets[0] != null || agrees(system, settings) != null;
      stale = fresh || known ? Boolean.valueOf(!fresh) : null;
    }
    found.put("stale", stale);
    return found;
  }

  /** (key, instance) of each file system of an S3 scheme in the cache. */
  private static List<Object[]> cached() throws Exception {
    List<Object[]> found = new ArrayList<Object[]>();
    Object cache = cache();
    synchronized (cache) {
      Iterator<Map.Entry<Object, Object>> entries = map(cache).entrySet().iterator();
      while (entries.hasNext()) {
        Map.Entry<Object, Object> entry = (Map.Entry<Object, Object>) entries.next();
        Object scheme = field(entry.getKey().getClass(), "scheme").get(entry.getKey());
        if ("s3a".equals(scheme) || "s3".equals(scheme) || "s3n".equals(scheme)) {
          found.add(new Object[] {entry.getKey(), entry.getValue()});
        }
      }
    }
    return found;
  }

  private static Object cache() throws Exception {
    return field(FileSystem.class, "CACHE").get(null);
  }

  private static Map<Object, Object> map(Object cache) throws Exception {
    return (Map<Object, Object>) field(cache.getClass(), "map").get(cache);
  }

  /**
   * Whether a value is the SSE-C key with this digest: so a key need not leave this JVM to be
   * compared. False also if there is no such value, or if it cannot be read.
   *
   * @param where a map or a Configuration that has it under a name; or S3A's EncryptionSecrets
   * @param digest SHA-256 of "SSE-C\nkey", as in "older" of {@link Settings#read}
   */
  public boolean isKey(Object where, String name, String digest) {
    try {
      Object found;
      if (where instanceof Map) {
        found = ((Map) where).get(name);
      } else if (where instanceof Configuration) {
        found = ((Configuration) where).get(name);
      } else {
        found = S3A.key(where);
      }
      return found != null && digest.equals(Settings.digest("SSE-C", (String) found));
    } catch (Throwable error) {
      return false;
    }
  }

  /** A field of a class, of any visibility; throws NoSuchFieldException and ClassNotFoundException. */
  public Object field(String owner, String name) throws Exception {
    return field(named(owner), name);
  }

  /** A class of Spark or of Hadoop, loaded and initialized. */
  static Class<?> named(String name) throws ClassNotFoundException {
    return Class.forName(name, true, OpenFileSystems.class.getClassLoader());
  }

  static Field field(Class<?> owner, String name) throws Exception {
    Field found = owner.getDeclaredField(name);
    found.setAccessible(true);
    return found;
  }
}
