package jupyterlab.s3encryption;

import java.io.IOException;
import java.io.Serializable;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.StringTokenizer;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;

/**
 * The encryption properties that are in force, for one connector.
 *
 * <p>Must not know: file systems, how anything is opened.
 */
final class Settings implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String VALUE = "value.";

  /** Tells one set of settings from another; says nothing about what they are. */
  final String fingerprint;

  /** Name of the connector's class. */
  final String connector;

  private final String prefix;
  private final String bucketPrefix;
  private final List names;
  private final Map values;
  private final List older;

  private Settings(Properties data) {
    this.fingerprint = data.getProperty("fingerprint");
    this.connector = data.getProperty("connector");
    this.prefix = data.getProperty("prefix");
    this.bucketPrefix = data.getProperty("bucketPrefix");
    this.names = lines(data.getProperty("names"));
    this.older = lines(data.getProperty("older"));
    this.values = new HashMap();
    Iterator<Object> keys = data.keySet().iterator();
    while (keys.hasNext()) {
      String key = (String) keys.next();
      if (key.startsWith(VALUE)) {
        values.put(key.substring(VALUE.length()), data.getProperty(key));
      }
    }
  }

  /**
   * Reads settings from the format of java.util.Properties: a JSON library takes longer to start in
   * a fresh JVM than all else that an apply does.
   *
   * @param text "fingerprint", "connector" (class), "prefix" ("fs.s3a."), "bucketPrefix"
   *     ("fs.s3a.bucket."), "names" (of all properties, without a prefix, one a line), "value." and
   *     the whole name of each that is set, "older" (SHA-256 of "METHOD\nkey" of each method with a
   *     key of its own that was, or is, set for all, one a line); null for none
   */
  static Settings read(String text) throws IOException {
    if (text == null) {
      return null;
    }
    Properties data = new Properties();
    data.load(new StringReader(text));
    return new Settings(data);
  }

  /**
   * The settings that a configuration has, as the text that {@link #read} takes. It may have the
   * SSE-C key in it, so it stays in Spark's JVMs.
   *
   * @param asked "connector", "prefix", "bucketPrefix" and "names", see {@link #read}
   */
  static String of(Configuration conf, Properties asked) throws IOException {
    Properties data = new Properties();
    data.setProperty("older", "");
    String[] kept = {"connector", "prefix", "bucketPrefix", "names"};
    for (int i = 0; i < kept.length; i++) {
      data.setProperty(kept[i], asked.getProperty(kept[i]));
    }
    Iterator found = properties(conf, asked).entrySet().iterator();
    while (found.hasNext()) {
      Map.Entry entry = (Map.Entry) found.next();
      data.setProperty(VALUE + entry.getKey(), (String) entry.getValue());
    }
    StringWriter text = new StringWriter();
    data.store(text, null);
    // The first line is a comment with the time.
    String content = text.toString();
    List lines = lines(content.substring(content.indexOf('\n') + 1).replace("\r", ""));
    Collections.sort(lines);
    data.setProperty("fingerprint", digest("", lines.toString()));
    text = new StringWriter();
    data.store(text, null);
    return text.toString();
  }

  /** The encryption properties that a configuration has for all buckets and for single ones. */
  static Map properties(Configuration conf, Properties asked) {
    List names = lines(asked.getProperty("names"));
    String prefix = asked.getProperty("prefix");
    String bucketPrefix = asked.getProperty("bucketPrefix");
    Map found = new TreeMap();
    for (int i = 0; i < names.size(); i++) {
      add(found, conf, prefix + names.get(i));
    }
    Iterator keys = conf.getPropsWithPrefix(bucketPrefix).keySet().iterator();
    while (keys.hasNext()) {
      String key = (String) keys.next();
      for (int i = 0; i < names.size(); i++) {
        if (key.endsWith("." + names.get(i))) {
          add(found, conf, bucketPrefix + key);
        }
      }
    }
    return found;
  }

  private static void add(Map found, Configuration conf, String name) {
    String value = conf.get(name);
    if (value != null) {
      found.put(name, value);
    }
  }

  private static List lines(String text) {
    List found = new ArrayList();
    StringTokenizer lines = new StringTokenizer(text, "\n");
    while (lines.hasMoreTokens()) {
      found.add(lines.nextToken());
    }
    return found;
  }

  /** A copy of a configuration in which a bucket's encryption is what these settings say. */
  Configuration laidOver(Configuration original, String bucket) {
    Configuration conf = new Configuration(original);
    String[] prefixes = {prefix, bucketPrefix + bucket + "."};
    // Older names are aliases of newer ones: all are taken away before any is set.
    for (int pass = 0; pass < 2; pass++) {
      for (int i = 0; i < prefixes.length; i++) {
        for (int j = 0; j < names.size(); j++) {
          String name = prefixes[i] + names.get(j);
          Object value = values.get(name);
          if (pass == 0) {
            conf.unset(name);
          } else if (value != null) {
            conf.set(name, (String) value);
          }
        }
      }
    }
    return conf;
  }

  /** Whether a configuration says for a bucket what these settings say. */
  boolean agreeWith(Configuration conf, String bucket) {
    String[] prefixes = {prefix, bucketPrefix + bucket + "."};
    for (int i = 0; i < prefixes.length; i++) {
      for (int j = 0; j < names.size(); j++) {
        String name = prefixes[i] + names.get(j);
        if (!orOff(conf.get(name)).equals(orOff((String) values.get(name)))) {
          return false;
        }
      }
    }
    return true;
  }

  /** A value; "" for one that turns its property off. */
  private static String orOff(String value) {
    String found = value == null ? "" : value.trim();
    return "false".equalsIgnoreCase(found) ? "" : found;
  }

  /**
   * Whether a configuration brings a key without which its objects cannot be read (SSE-C and
   * client-side encryption), as the options of a single read do. One that is only left over from
   * earlier settings does not count.
   */
  boolean wouldTakeKeyFrom(Configuration conf, String bucket) {
    String[] prefixes = {bucketPrefix + bucket + ".", prefix};
    String method = "";
    String key = "";
    for (int i = prefixes.length - 1; i >= 0; i--) {
      for (int j = 0; j < names.size(); j++) {
        String name = (String) names.get(j);
        String value = conf.get(prefixes[i] + name);
        if (value != null && name.endsWith("encryption.key")) {
          key = value.trim();
        } else if (value != null && name.endsWith("algorithm")) {
          method = value.trim().toUpperCase(Locale.ROOT);
        }
      }
    }
    boolean keyed = method.startsWith("SSE-C") || method.startsWith("CSE-");
    return keyed && !older.contains(digest(method, key));
  }

  /** Identifies a method with its key, without revealing the key. */
  static String digest(String method, String key) {
    try {
      byte[] text = (method + "\n" + key).getBytes("UTF-8");
      byte[] found = MessageDigest.getInstance("SHA-256").digest(text);
      StringBuilder hex = new StringBuilder();
      for (int i = 0; i < found.length; i++) {
        hex.append(Integer.toHexString((found[i] & 0xff) | 0x100).substring(1));
      }
      return hex.toString();
    } catch (Exception error) {
      throw new IllegalStateException(error);
    }
  }
}
