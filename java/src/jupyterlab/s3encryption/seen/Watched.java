package jupyterlab.s3encryption.seen;

import java.lang.ref.WeakReference;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.hadoop.conf.Configuration;

/**
 * The settings of sessions, and the Hadoop configurations, that are looked after: one number tells
 * one state of them all from another. It is asked for ahead of each cell, so it has to be quick.
 *
 * <p>Source of the private name: org.apache.hadoop.conf.Configuration, Hadoop 2.8 to 3.5.
 */
public final class Watched {
  private static final String PREFIX = "fs.s3";

  private static final List<One> ALL = new ArrayList<One>();

  /** How many were ever added. */
  private static int added;

  /** What those that are gone add to the state, as when they were looked at last. */
  private static int gone;

  /** Configuration.getProps; null if this Hadoop has none. */
  private static final Method PROPERTIES = properties();

  private Watched() {}

  private static final class One extends WeakReference<Object> {
    /** Odd and its own: values that change places between two settings make another state. */
    final int factor;

    /** What it adds to the state, as when it was looked at last. */
    int part;

    One(Object settings, int factor) {
      super(settings);
      this.factor = factor;
    }
  }

  /**
   * Looks after settings from now on.
   *
   * @param settings a map, all of whose entries count; or a Configuration, of which only the names of
   *     S3 count. It is not kept alive.
   */
  public static void add(Object settings) {
    synchronized (ALL) {
      for (int i = 0; i < ALL.size(); i++) {
        if (((One) ALL.get(i)).get() == settings) {
          return;
        }
      }
      ALL.add(new One(settings, 2 * added++ + 1));
    }
  }

  /**
   * Tells one state from another; says nothing about what it is. That settings are gone, as nobody
   * holds their session any more, is no change of the others.
   */
  public static int state() {
    int sum = 0;
    try {
      synchronized (ALL) {
        for (int i = ALL.size() - 1; i >= 0; i--) {
          One one = (One) ALL.get(i);
          Object settings = one.get();
          if (settings == null) {
            gone += one.part;
            ALL.remove(i);
          } else {
            one.part =
                one.factor
                    * (settings instanceof Configuration
                        ? mixed((Configuration) settings)
                        : mixed((Map) settings, "", null));
            sum += one.part;
          }
        }
        return sum + gone;
      }
    } catch (Throwable error) {
      // An older Hadoop: it looks like a change each time, so that somebody looks.
      return (int) System.nanoTime();
    }
  }

  private static int mixed(Configuration conf) throws Exception {
    if (PROPERTIES == null) {
      return mixed(conf.getPropsWithPrefix(PREFIX), "", null);
    }
    // As it is held: getPropsWithPrefix copies the names of everything that Hadoop knows.
    return mixed((Properties) PROPERTIES.invoke(conf), PREFIX, conf);
  }

  /**
   * As the hash of a map, but two values that change places make another one.
   *
   * @param conf expands a value that names other properties, as they may have changed; or null
   */
  private static int mixed(Map settings, String prefix, Configuration conf) {
    int sum = 0;
    synchronized (settings) {
      for (Object found : settings.entrySet()) {
        Map.Entry entry = (Map.Entry) found;
        String name = String.valueOf(entry.getKey());
        if (!name.startsWith(prefix)) {
          continue;
        }
        String value = String.valueOf(entry.getValue());
        if (conf != null && value.indexOf('$') >= 0) {
          value = String.valueOf(conf.get(name));
        }
        int one = (31 * name.hashCode() + value.hashCode()) * 0x9e3779b1;
        sum += one ^ (one >>> 15);
      }
    }
    return sum;
  }

  private static Method properties() {
    try {
      Method found = Configuration.class.getDeclaredMethod("getProps");
      found.setAccessible(true);
      return found;
    } catch (Throwable error) {
      return null;
    }
  }
}
