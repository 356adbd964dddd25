package jupyterlab.s3encryption.seen;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringTokenizer;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * What was moved within S3 since the settings were chosen. S3A copies an object and gives the copy
 * the encryption of its source (from Hadoop 3.4 on), whatever the settings say.
 *
 * <p>Moves of temporary files do not count: what a job commits was written with the settings, or is
 * known to have begun before them. Throws nothing.
 */
public final class Moves {
  /** How many are remembered. */
  private static final int MOST = 200;

  private static final Map<Integer, String> MOVED = new LinkedHashMap<Integer, String>();
  private static int next = 0;
  private static boolean lost = false;

  /**
   * @param began milliseconds since 1970
   * @param wrote whether the file system itself wrote the file before, so with its own settings
   */
  public static void note(FileSystem system, Path from, Path to, long began, boolean wrote) {
    try {
      if (wrote || isTemporary(from)) {
        return;
      }
      boolean folder = system.getFileStatus(to).isDirectory();
      String at = (folder ? "d " : "f ") + to.makeQualified(system.getUri(), system.getWorkingDirectory());
      add(began + " " + System.currentTimeMillis() + " " + at);
    } catch (Throwable error) {
      // Where it is cannot be said, so the claim stays lower.
      lose();
    }
  }

  private static synchronized void add(String text) {
    MOVED.put(Integer.valueOf(next++), text);
    if (MOVED.size() > MOST) {
      MOVED.remove(MOVED.keySet().iterator().next());
      lost = true;
    }
  }

  private static synchronized void lose() {
    lost = true;
  }

  private static boolean isTemporary(Path path) {
    for (Path part = path; part != null && !part.isRoot(); part = part.getParent()) {
      String name = part.getName();
      if (name.startsWith(".") || name.equals("_temporary")) {
        return true;
      }
    }
    return false;
  }

  /**
   * Each as "NUMBER BEGAN ENDED d ADDRESS", times in milliseconds since 1970; "f" if it is one file;
   * "" for some that were too many to remember.
   */
  public static synchronized List<String> list() {
    List<String> found = new ArrayList<String>();
    if (lost) {
      found.add("");
    }
    Iterator<Map.Entry<Integer, String>> entries = MOVED.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Integer, String> entry = (Map.Entry<Integer, String>) entries.next();
      found.add(entry.getKey() + " " + entry.getValue());
    }
    return found;
  }

  /** @param numbers of those that were read, separated by blanks */
  public static synchronized void release(String numbers) {
    StringTokenizer each = new StringTokenizer(numbers, " ");
    while (each.hasMoreTokens()) {
      MOVED.remove(Integer.valueOf(each.nextToken()));
    }
  }

  public static synchronized void forget() {
    MOVED.clear();
    lost = false;
  }

  public static synchronized boolean isEmpty() {
    return MOVED.isEmpty() && !lost;
  }

  private Moves() {}
}
