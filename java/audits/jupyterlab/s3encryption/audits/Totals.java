package jupyterlab.s3encryption.audits;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/** What a task has found: counts by header and folder, some rows, a sample; all of it bounded. */
final class Totals {
  String executor;
  String error;
  String after;
  String version;
  boolean done;
  long listed;
  long markers;
  int sample;

  private String prefix;
  private int depth;
  private int nodes;
  private int rowsMost;
  private String seed;
  private String below;
  private Set<String> wanted;
  private final List<Object> labels = new ArrayList<Object>();
  private final List<Object> kept = new ArrayList<Object>();
  private final Map<String, Integer> numbers = new HashMap<String, Integer>();
  private final Map<String, long[]> counts = new LinkedHashMap<String, long[]>();
  private final Map<String, long[]> tree = new LinkedHashMap<String, long[]>();
  private final Set<String> folders = new HashSet<String>();
  private final List<Object> rows = new ArrayList<Object>();
  private final PriorityQueue<Drawn> drawn = new PriorityQueue<Drawn>();

  /** One of a sample; the one with the largest number is the first to go. */
  private static final class Drawn implements Comparable<Object> {
    String number;
    Store.Item item;

    public int compareTo(Object other) {
      return ((Drawn) other).number.compareTo(number);
    }
  }

  void begin(Map given) {
    prefix = (String) given.get("prefix");
    depth = ((Number) given.get("depth")).intValue();
    nodes = ((Number) given.get("nodes")).intValue();
    rowsMost = ((Number) given.get("rows")).intValue();
    sample = ((Number) given.get("sample")).intValue();
    seed = (String) given.get("seed");
    below = (String) given.get("below");
    wanted = new HashSet<String>((List<String>) given.get("wanted"));
  }

  /** Objects with what their headers say. */
  void add(List<Store.Item> items, List<String> headers) {
    for (int i = 0; i < items.size(); i++) {
      Store.Item item = (Store.Item) items.get(i);
      String label = (String) headers.get(i);
      Integer number = (Integer) numbers.get(label);
      if (number == null) {
        number = Integer.valueOf(labels.size());
        numbers.put(label, number);
        labels.add(label);
        kept.add(Integer.valueOf(0));
      }
      count(counts, number + " " + (item.current ? 1 : 0), item.size);
      count(tree, number + " " + folder(item.key), item.size);
      // Of each header as many: who asks judges them, and those of one may be what is wanted.
      int had = ((Integer) kept.get(number.intValue())).intValue();
      if (!wanted.contains(label) && had < rowsMost) {
        kept.set(number.intValue(), Integer.valueOf(had + 1));
        rows.add(row(item, number));
      }
    }
  }

  /** Keeps those with the smallest numbers: as good as drawn by lot, and the same each time. */
  void draw(List<Store.Item> items) throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (int i = 0; i < items.size(); i++) {
      Store.Item item = (Store.Item) items.get(i);
      count(tree, "-1 " + folder(item.key), item.size);
      Drawn one = new Drawn();
      String name = seed + "\n" + item.key + "\n" + (item.version == null ? "" : item.version);
      byte[] hash = digest.digest(name.getBytes("UTF-8"));
      StringBuilder hex = new StringBuilder();
      for (int n = 0; n < 12; n++) {
        hex.append(Integer.toHexString(0x100 | hash[n] & 0xff).substring(1));
      }
      one.number = hex.toString();
      one.item = item;
      if (below == null || one.number.compareTo(below) < 0) {
        drawn.add(one);
        if (drawn.size() > sample) {
          drawn.poll();
        }
      }
    }
  }

  Map<String, Object> answer() {
    Map<String, Object> made = new HashMap<String, Object>();
    made.put("executor", executor);
    made.put("error", error);
    made.put("after", after);
    made.put("version", version);
    made.put("done", Boolean.valueOf(done));
    made.put("listed", Long.valueOf(listed));
    made.put("markers", Long.valueOf(markers));
    made.put("labels", labels);
    made.put("counts", list(counts));
    made.put("tree", list(tree));
    made.put("rows", rows);
    List<Object> some = new ArrayList<Object>();
    Iterator<Drawn> each = drawn.iterator();
    while (each.hasNext()) {
      Drawn one = (Drawn) each.next();
      some.add(row(one.item, one.number));
    }
    made.put("sample", some);
    return made;
  }

  /** The folder of an object below the prefix, at most so deep; one above it if there are too many. */
  private String folder(String key) {
    String rest = key.startsWith(prefix) ? key.substring(prefix.length()) : "";
    int end = 0;
    for (int level = 0; level < depth; level++) {
      int next = rest.indexOf('/', end);
      if (next < 0) {
        break;
      }
      end = next + 1;
    }
    String found = rest.substring(0, end);
    while (found.length() > 0 && !folders.contains(found) && folders.size() >= nodes) {
      found = found.substring(0, found.lastIndexOf('/', found.length() - 2) + 1);
    }
    folders.add(found);
    return found;
  }

  private static void count(Map<String, long[]> into, String name, long size) {
    long[] sum = (long[]) into.get(name);
    if (sum == null) {
      sum = new long[2];
      into.put(name, sum);
    }
    sum[0]++;
    sum[1] += size;
  }

  private static List<Object> row(Store.Item item, Object mark) {
    List<Object> made = new ArrayList<Object>();
    made.add(item.key);
    made.add(Long.valueOf(item.size));
    made.add(Long.valueOf(item.modified));
    made.add(item.version);
    made.add(Boolean.valueOf(item.current));
    made.add(mark);
    return made;
  }

  /** Rows of a label's number, the rest of the name, how many, and how large. */
  private static List<Object> list(Map<String, long[]> sums) {
    List<Object> made = new ArrayList<Object>();
    Iterator<Map.Entry<String, long[]>> each = sums.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry<String, long[]> entry = (Map.Entry<String, long[]>) each.next();
      String name = (String) entry.getKey();
      long[] sum = (long[]) entry.getValue();
      int blank = name.indexOf(' ');
      List<Object> row = new ArrayList<Object>();
      row.add(Integer.valueOf(name.substring(0, blank)));
      row.add(name.substring(blank + 1));
      row.add(Long.valueOf(sum[0]));
      row.add(Long.valueOf(sum[1]));
      made.add(row);
    }
    return made;
  }

  /** In the order in which S3 lists keys: by the bytes of UTF-8, so by code points. */
  static int compare(String one, String other) {
    int length = Math.min(one.length(), other.length());
    for (int i = 0; i < length; i++) {
      char a = one.charAt(i);
      char b = other.charAt(i);
      if (a != b) {
        boolean high = Character.isSurrogate(a);
        return high == Character.isSurrogate(b) ? a - b : high ? 1 : -1;
      }
    }
    return one.length() - other.length();
  }
}
