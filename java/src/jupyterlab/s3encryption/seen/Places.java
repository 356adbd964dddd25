package jupyterlab.s3encryption.seen;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import org.apache.hadoop.fs.Path;

/**
 * Where the sealed file systems of this JVM were asked to write since the settings were chosen, by
 * whomever: RDDs, streams, models, tables. On the driver these are the folders that jobs write to;
 * executors write below them. Throws nothing.
 */
public final class Places {
  /** How many are remembered. */
  private static final int MOST = 300;

  /** All below an address; only what is directly in it; only the object itself. No constants: Janino
   * cannot compile those of a char. */
  private static final char BELOW = "d".charAt(0);

  private static final char INSIDE = "c".charAt(0);
  private static final char ITSELF = "f".charAt(0);

  /** Folders that committers, logs of streams and tables have in the folder that they belong to. */
  private static final String[] WITHIN = {
    "_temporary",
    "__magic",
    "_spark_metadata",
    "_delta_log",
    ".hoodie",
    ".spark-staging",
    ".hive-staging"
  };

  /** The same, if the file is directly in them. */
  private static final String[] PARENTS = {"metadata", "offsets", "commits"};

  /** Address -> what is known of it; those that nobody was told of. */
  private static final Map<String, Place> OPEN = new LinkedHashMap<String, Place>();

  /** By their numbers, those that somebody was told of and that were not released. */
  private static final Map<Integer, Place> TOLD = new LinkedHashMap<Integer, Place>();

  private static int next = 0;
  private static boolean lost = false;

  private static final class Place {
    final char kind;
    final String address;
    long began = System.currentTimeMillis();
    long ended = began;
    /** Whether a folder was made there, and no more. */
    boolean empty;

    Place(char kind, String address, boolean empty) {
      this.kind = kind;
      this.address = address.endsWith("/") ? address.substring(0, address.length() - 1) : address;
      this.empty = empty;
    }
  }

  /** A file is written, or was moved, to a qualified path. */
  public static void file(Path path) {
    note(path, false, false);
  }

  /** A folder is made at a qualified path; null: none that counts. */
  public static void folder(Path path) {
    note(path, true, false);
  }

  /** What a job wrote beside its result is moved or removed; the path is qualified. */
  public static void temporary(Path path) {
    note(path, true, true);
  }

  private static void note(Path path, boolean folder, boolean onlyWithin) {
    if (path == null) {
      return;
    }
    try {
      Path root = null;
      for (Path part = path; part != null && !part.isRoot(); part = part.getParent()) {
        if (begins(part.getName(), WITHIN)) {
          root = part.getParent();
        }
      }
      if (root != null) {
        add(new Place(BELOW, root.toString(), false));
        return;
      }
      if (onlyWithin) {
        return;
      }
      Path parent = path.getParent();
      if (folder) {
        add(new Place(BELOW, path.toString(), true));
      } else if (parent == null || parent.isRoot()) {
        add(new Place(ITSELF, path.toString(), false));
      } else if (begins(parent.getName(), PARENTS) && !parent.getParent().isRoot()) {
        add(new Place(BELOW, parent.getParent().toString(), false));
      } else {
        add(new Place(INSIDE, parent.toString(), false));
      }
    } catch (Throwable error) {
      lose();
    }
  }

  private static boolean begins(String name, String[] with) {
    for (int i = 0; i < with.length; i++) {
      if (with == PARENTS ? name.equals(with[i]) : name.startsWith(with[i])) {
        return true;
      }
    }
    return false;
  }

  private static synchronized void add(Place place) {
    String below = place.address + "/";
    Iterator<Place> each = OPEN.values().iterator();
    while (each.hasNext()) {
      Place other = (Place) each.next();
      boolean same = other.kind == place.kind || other.kind == BELOW;
      same = same && other.address.equals(place.address);
      if (same || (other.kind == BELOW && !other.empty && below.startsWith(other.address + "/"))) {
        if (place.empty && !other.empty) {
          return;
        }
        // A folder that was made has nothing in it until something is written.
        other.began = other.empty && !place.empty ? place.began : other.began;
        other.ended = place.ended;
        other.empty = place.empty;
        return;
      }
      if (place.kind == BELOW && !place.empty && (other.address + "/").startsWith(below)) {
        place.began = other.empty ? place.began : Math.min(place.began, other.began);
        each.remove();
      }
    }
    OPEN.put(place.kind + place.address, place);
    if (OPEN.size() > MOST) {
      OPEN.remove(OPEN.keySet().iterator().next());
      lost = true;
    }
  }

  private static synchronized void lose() {
    lost = true;
  }

  /** What is noted from now on is not of the places of before: the settings change. */
  public static synchronized void part() {
    Iterator<Place> each = OPEN.values().iterator();
    while (each.hasNext()) {
      TOLD.put(Integer.valueOf(next++), each.next());
    }
    OPEN.clear();
    while (TOLD.size() > MOST) {
      TOLD.remove(TOLD.keySet().iterator().next());
      lost = true;
    }
  }

  /**
   * Each as [number, began, ended, kind, address, whether only a folder was made], times in
   * milliseconds since 1970; and "" for some that were too many to remember, which is said once.
   */
  public static synchronized List<Object> list() {
    Iterator<Place> each = OPEN.values().iterator();
    while (each.hasNext()) {
      TOLD.put(Integer.valueOf(next++), each.next());
    }
    OPEN.clear();
    List<Object> found = new ArrayList<Object>();
    if (lost) {
      found.add("");
      lost = false;
    }
    Iterator<Map.Entry<Integer, Place>> entries = TOLD.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Integer, Place> entry = (Map.Entry<Integer, Place>) entries.next();
      Place place = (Place) entry.getValue();
      List<Object> one = new ArrayList<Object>();
      one.add(entry.getKey());
      one.add(Long.valueOf(place.began));
      one.add(Long.valueOf(place.ended));
      one.add(String.valueOf(place.kind));
      one.add(place.address);
      one.add(Boolean.valueOf(place.empty));
      found.add(one);
    }
    return found;
  }

  /** @param numbers of those that are known now, separated by blanks */
  public static synchronized void release(String numbers) {
    StringTokenizer each = new StringTokenizer(numbers, " ");
    while (each.hasMoreTokens()) {
      TOLD.remove(Integer.valueOf(each.nextToken()));
    }
  }

  private Places() {}
}
