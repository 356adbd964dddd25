package jupyterlab.s3encryption.seen;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the tables of Iceberg's catalogs are written with, as their FileIO says. Only of catalogs and
 * tables that a session has in hand: nothing is loaded, and nobody is asked.
 *
 * <p>By reflection, since Iceberg may come with a session, in a class loader of its own. Source of
 * the private names: org.apache.iceberg.spark.SparkCatalog, CachingCatalog, RESTCatalog and
 * S3FileIO of Iceberg 1.4 to 1.12; CatalogManager of Spark 3.3 to 4.x.
 */
public final class Catalogs {
  /** How many tables are looked at. */
  private static final int MOST = 500;

  /** How many files a snapshot may have added so that they are told one by one. */
  private static final int MOST_FILES = 2000;

  /** How many snapshots are told. */
  private static final int MOST_SNAPSHOTS = 100;

  private static final String[] SSE = {"s3.sse.type", "s3.sse.key"};

  /**
   * Each as "catalog", "table" (empty: what its catalog makes of new ones), "io" (the class of the
   * FileIO), "made" (the class of Iceberg's catalog) and "sse" (s3.sse.* in any spelling).
   *
   * @param session a SparkSession (of Scala)
   */
  public static List<Object> writers(Object session) throws Exception {
    List<Object> found = new ArrayList<Object>();
    Iterator<Object[]> each = made(session).iterator();
    while (each.hasNext()) {
      Object[] one = (Object[]) each.next();
      String name = (String) one[0];
      String kind = one[1].getClass().getName();
      List<Object> ios = fileIOs(one[1]);
      for (int i = 0; i < ios.size(); i++) {
        add(found, name, "", kind, ios.get(i));
      }
      Iterator<Map.Entry<Object, Object>> tables = tables(one[2]).entrySet().iterator();
      while (tables.hasNext() && found.size() < MOST) {
        Map.Entry<Object, Object> table = (Map.Entry<Object, Object>) tables.next();
        try {
          Object io = call(table.getValue(), "io");
          if (!ios.contains(io)) {
            add(found, name, String.valueOf(table.getKey()), kind, io);
          }
        } catch (Throwable error) {
          // How it is written cannot be said.
          found.add(entry(name, String.valueOf(table.getKey()), kind, "?", null));
        }
      }
    }
    return found;
  }

  /**
   * What an application committed, or may have, to tables that a session has in hand, each as
   * "table", "snapshot" (its id), "own" (whether it says that it is of this application; procedures
   * say nothing), "time" (milliseconds since 1970), "location" (of the table) and "files" (addresses
   * of what it added, data and metadata; null if they are too many).
   *
   * @param session a SparkSession (of Scala)
   * @param application its id
   * @param since milliseconds since 1970
   * @param known ids of snapshots to leave out, each between blanks
   */
  public static List<Object> committed(Object session, String application, long since, String known)
      throws Exception {
    List<Object> found = new ArrayList<Object>();
    Iterator<Object[]> each = made(session).iterator();
    while (each.hasNext()) {
      Object[] one = (Object[]) each.next();
      Iterator<Map.Entry<Object, Object>> tables = tables(one[2]).entrySet().iterator();
      while (tables.hasNext()) {
        Map.Entry<Object, Object> table = (Map.Entry<Object, Object>) tables.next();
        String name = one[0] + "." + table.getKey();
        Object metadata = metadata(table.getValue());
        if (metadata == null || number(metadata, "lastUpdatedMillis") < since) {
          continue;
        }
        List<Object> snapshots = (List<Object>) call(metadata, "snapshots");
        for (int i = snapshots.size() - 1; i >= 0 && found.size() < MOST_SNAPSHOTS; i--) {
          Object snapshot = snapshots.get(i);
          Map<Object, Object> summary = (Map<Object, Object>) call(snapshot, "summary");
          Object maker = summary == null ? null : summary.get("spark.app.id");
          boolean own = application.equals(maker);
          long id = number(snapshot, "snapshotId");
          if (number(snapshot, "timestampMillis") < since
              || summary == null
              || (!own && maker != null)
              || known.indexOf(" " + id + " ") >= 0) {
            continue;
          }
          Map<String, Object> entry = new LinkedHashMap<String, Object>();
          entry.put("table", name);
          entry.put("snapshot", String.valueOf(id));
          entry.put("own", Boolean.valueOf(own));
          entry.put("time", Long.valueOf(number(snapshot, "timestampMillis")));
          entry.put("location", String.valueOf(call(metadata, "location")));
          entry.put("files", added(metadata, snapshot, summary, call(table.getValue(), "io")));
          found.add(entry);
        }
      }
    }
    return found;
  }

  private static List<Object> added(
      Object metadata, Object snapshot, Map<Object, Object> summary, Object io) throws Exception {
    if (count(summary, "added-data-files") + count(summary, "added-delete-files") > MOST_FILES) {
      return null;
    }
    List<Object> found = new ArrayList<Object>();
    String[] kinds = {"addedDataFiles", "addedDeleteFiles"};
    for (int i = 0; i < kinds.length; i++) {
      Iterator<Object> files = ((Iterable<Object>) call(snapshot, kinds[i], io)).iterator();
      while (files.hasNext()) {
        found.add(String.valueOf(call(files.next(), "path")));
      }
    }
    long id = number(snapshot, "snapshotId");
    Iterator<Object> manifests = ((Iterable<Object>) call(snapshot, "allManifests", io)).iterator();
    while (manifests.hasNext()) {
      Object manifest = manifests.next();
      if (Long.valueOf(id).equals(call(manifest, "snapshotId"))) {
        found.add(String.valueOf(call(manifest, "path")));
      }
    }
    Object list = call(snapshot, "manifestListLocation");
    if (list != null) {
      found.add(String.valueOf(list));
    }
    Object current = call(metadata, "currentSnapshot");
    Object file = call(metadata, "metadataFileLocation");
    if (file != null && current != null && number(current, "snapshotId") == id) {
      found.add(String.valueOf(file));
    }
    return found;
  }

  /** What a table is known to be, without asking for anything newer; null if that is not known. */
  private static Object metadata(Object table) throws Exception {
    Object operations = value(table, "ops");
    if (operations == null) {
      return null;
    }
    Object found = value(operations, "currentMetadata");
    return found == null ? value(operations, "current") : found;
  }

  private static long count(Map<Object, Object> summary, String name) {
    Object found = summary.get(name);
    return found == null ? 0 : Long.parseLong(String.valueOf(found));
  }

  private static long number(Object owner, String method) throws Exception {
    return ((Number) call(owner, method)).longValue();
  }

  /** (name, Iceberg's catalog, what keeps its tables or null) of each that a session has made. */
  private static List<Object[]> made(Object session) throws Exception {
    List<Object[]> found = new ArrayList<Object[]>();
    Object manager = call(call(session, "sessionState"), "catalogManager");
    Object catalogs = value(manager, "catalogs");
    Object names = call(call(catalogs, "keys"), "iterator");
    while (Boolean.TRUE.equals(call(names, "hasNext"))) {
      Object name = call(names, "next");
      Object plugin = call(catalogs, "apply", name);
      // Spark's own catalog, with Iceberg before it, has such a one inside.
      Object inner = value(plugin, "icebergCatalog");
      while (inner != null && value(inner, "icebergCatalog") != null) {
        inner = value(inner, "icebergCatalog");
      }
      if (inner == null) {
        continue;
      }
      Object cache = value(inner, "tableCache");
      Object catalog = cache == null ? inner : value(inner, "catalog");
      found.add(new Object[] {String.valueOf(name), catalog, cache});
    }
    return found;
  }

  /** Iceberg's tables that are in a cache, by their names. */
  private static Map<Object, Object> tables(Object cache) throws Exception {
    if (cache == null) {
      return new LinkedHashMap<Object, Object>();
    }
    return (Map<Object, Object>) call(cache, "asMap");
  }

  private static void add(List<Object> found, String name, String table, String kind, Object io) {
    Object inner = io;
    try {
      // With a table's own encryption there is one around the one that writes.
      while (value(inner, "io") != null) {
        inner = value(inner, "io");
      }
      String writer = inner.getClass().getName();
      Map<Object, Object> own;
      try {
        own = (Map<Object, Object>) call(inner, "properties");
      } catch (UnsupportedOperationException error) {
        own = new LinkedHashMap<Object, Object>();
      }
      found.add(entry(name, table, kind, writer, sse(own, null)));
      Iterator<Object> credentials = credentials(inner).iterator();
      while (credentials.hasNext()) {
        // What a server gives for some of a table's addresses may have settings, too.
        Map<Object, Object> more =
            (Map<Object, Object>) call(credentials.next(), "config");
        found.add(entry(name, table, kind, writer, sse(own, more)));
      }
    } catch (Throwable error) {
      found.add(entry(name, table, kind, "?", null));
    }
  }

  private static Map<String, Object> entry(
      String name, String table, String kind, String io, Map<String, Object> sse) {
    Map<String, Object> found = new LinkedHashMap<String, Object>();
    found.put("catalog", name);
    found.put("table", table);
    found.put("made", kind);
    found.put("io", io);
    found.put("sse", sse == null ? new LinkedHashMap<String, Object>() : sse);
    return found;
  }

  private static Map<String, Object> sse(Map<Object, Object> own, Map<Object, Object> over) {
    Map<String, Object> found = new LinkedHashMap<String, Object>();
    put(found, own);
    if (over != null) {
      put(found, over);
    }
    Iterator<Map.Entry<String, Object>> entries = found.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, Object> entry = (Map.Entry<String, Object>) entries.next();
      // Only KMS has a name for its key; with "custom" it is the key itself.
      if (SSE[1].equalsIgnoreCase((String) entry.getKey()) && isCustom(found)) {
        entry.setValue("********");
      }
    }
    return found;
  }

  private static boolean isCustom(Map<String, Object> found) {
    Iterator<Map.Entry<String, Object>> entries = found.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<String, Object> entry = (Map.Entry<String, Object>) entries.next();
      if (SSE[0].equalsIgnoreCase((String) entry.getKey())
          && "custom".equalsIgnoreCase(String.valueOf(entry.getValue()))) {
        return true;
      }
    }
    return false;
  }

  private static void put(Map<String, Object> found, Map<Object, Object> from) {
    Iterator<Map.Entry<Object, Object>> entries = from.entrySet().iterator();
    while (entries.hasNext()) {
      Map.Entry<Object, Object> entry = (Map.Entry<Object, Object>) entries.next();
      String name = String.valueOf(entry.getKey());
      for (int i = 0; i < SSE.length; i++) {
        if (name.equalsIgnoreCase(SSE[i])) {
          found.put(name, String.valueOf(entry.getValue()));
        }
      }
    }
  }

  private static List<Object> credentials(Object io) {
    try {
      return (List<Object>) call(io, "credentials");
    } catch (Throwable error) {
      return new ArrayList<Object>(); // Of an older Iceberg, or of another kind: it has none.
    }
  }

  /** Those that a catalog keeps for its tables. */
  private static List<Object> fileIOs(Object catalog) throws Exception {
    List<Object> found = new ArrayList<Object>();
    Object session = value(catalog, "sessionCatalog");
    Object owner = session == null ? catalog : session;
    String[] names = {"io", "fileIO"};
    for (int i = 0; i < names.length; i++) {
      Object io = value(owner, names[i]);
      if (io != null) {
        found.add(io);
      }
    }
    return found;
  }

  /** Calls a method of an object, also of a class that is not public, by its name. */
  static Object call(Object target, String name, Object... arguments) throws Exception {
    Method[] methods = target.getClass().getMethods();
    for (int i = 0; i < methods.length; i++) {
      if (methods[i].getName().equals(name)
          && methods[i].getParameterTypes().length == arguments.length) {
        methods[i].setAccessible(true);
        try {
          return methods[i].invoke(target, arguments);
        } catch (InvocationTargetException error) {
          throw error.getCause() instanceof Exception ? (Exception) error.getCause() : error;
        }
      }
    }
    throw new NoSuchMethodException(target.getClass().getName() + "." + name);
  }

  /** The value of a field of an object, or of a class that it extends; null if there is none. */
  private static Object value(Object owner, String name) throws Exception {
    for (Class<?> kind = owner.getClass(); kind != null; kind = kind.getSuperclass()) {
      Field[] fields = kind.getDeclaredFields();
      for (int i = 0; i < fields.length; i++) {
        if (fields[i].getName().equals(name)) {
          fields[i].setAccessible(true);
          return fields[i].get(owner);
        }
      }
    }
    return null;
  }

  private Catalogs() {}
}
