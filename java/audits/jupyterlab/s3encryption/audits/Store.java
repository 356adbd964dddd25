package jupyterlab.s3encryption.audits;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What S3 lists and says of objects, through the client of one S3A file system. */
abstract class Store {
  /** What is read of an object's headers, by their names without "x-amz-". */
  private static final String[] READ = {
    "server-side-encryption",
    "server-side-encryption-aws-kms-key-id",
    "server-side-encryption-customer-algorithm",
  };

  /** What S3 encryption clients leave in an object's metadata: which of them does not matter. */
  private static final String[] CLIENT = {"cek-alg", "key-v2", "key", "3"};

  /** An object, or one version of it. */
  static final class Item {
    String key;
    long size;
    long modified;
    String version;
    boolean current = true;
  }

  /** Part of a listing. after, version: where the next one begins. */
  static final class Page {
    final List<Item> items = new ArrayList<Item>();
    final List<String> markers = new ArrayList<String>();
    boolean more;
    String after;
    String version;
  }

  /** What is stored below a prefix and after a key, without the markers of folders. */
  abstract Page page(String prefix, String after, String version, boolean versions, int most)
      throws Exception;

  /** The encryption headers of an object as JSON. Raises what the client raises. */
  abstract String head(String key, String version) throws Exception;

  /** Through the client that this Hadoop has. */
  static Store of(Object system) throws Exception {
    try {
      system.getClass().getMethod("getS3AInternals");
    } catch (NoSuchMethodException error) {
      return new FirstSdk(system);
    }
    return new SecondSdk(system);
  }

  /** Keeps what says how an object is encrypted, of headers and metadata in lower case. */
  static String reduced(Map<String, String> headers) {
    StringBuilder out = new StringBuilder("{");
    for (int i = 0; i < READ.length; i++) {
      add(out, "x-amz-" + READ[i], (String) headers.get("x-amz-" + READ[i]));
    }
    for (int i = 0; i < CLIENT.length; i++) {
      if (headers.containsKey("x-amz-" + CLIENT[i])) {
        add(out, "x-amz-" + CLIENT[i], "1");
        break;
      }
    }
    return out.append('}').toString();
  }

  private static void add(StringBuilder out, String name, String value) {
    if (value != null) {
      out.append(out.length() > 1 ? "," : "").append('"').append(name).append("\":\"");
      // Names of algorithms and keys: what would have to be escaped is in none of them.
      out.append(value.replaceAll("[\\\\\"\\p{Cntrl}]", "?")).append('"');
    }
  }

  /** Calls a public method of a public class or interface, which the object's own may not be. */
  static Object call(Class<?> owner, Object target, String name, Class<?>[] types, Object... values)
      throws Exception {
    try {
      return owner.getMethod(name, types).invoke(target, values);
    } catch (InvocationTargetException error) {
      throw error.getCause() instanceof Exception ? (Exception) error.getCause() : error;
    }
  }

  static Object get(Class<?> owner, Object target, String name) throws Exception {
    return call(owner, target, name, new Class[0]);
  }
}
