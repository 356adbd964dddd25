package jupyterlab.s3encryption;

import java.lang.reflect.Constructor;
import java.net.URI;
import java.util.Iterator;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.AbstractFileSystem;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.ReflectionUtils;

/**
 * Makes Hadoop create {@link SealedS3AFileSystem} instead of S3A.
 *
 * <p>Hadoop makes each file system by a constructor that it keeps for each class; there it finds
 * ours. So it holds for every configuration, known bucket or not, cached or not. FileContext has
 * constructors of its own. Source: org.apache.hadoop.util.ReflectionUtils,
 * org.apache.hadoop.fs.AbstractFileSystem, Hadoop 2.8 to 3.5.
 */
final class Seal {
  static final String CONNECTOR = "org.apache.hadoop.fs.s3a.S3AFileSystem";

  /** How the names of our subclasses begin, also of those of another copy of this class. */
  private static final String SEALED = "jupyterlab.s3encryption.SealedS3A";

  /** Whether a connector's class can be sealed. */
  static boolean fits(String connector) {
    return CONNECTOR.equals(connector);
  }

  /** Throws NoClassDefFoundError if this JVM has no S3A. */
  static void set() throws Exception {
    Constructor<?> made = prepare();
    constructors(ReflectionUtils.class).put(SealedS3AFileSystem.class.getSuperclass(), made);
    Constructor<?> other =
        SealedS3A.class.getDeclaredConstructor(new Class[] {URI.class, Configuration.class});
    other.setAccessible(true);
    constructors(AbstractFileSystem.class).put(SealedS3A.class.getSuperclass(), other);
  }

  /** Loads S3A; what makes a sealed one. Throws NoClassDefFoundError if this JVM has no S3A. */
  static Constructor<?> prepare() throws Exception {
    Constructor<?> made = SealedS3AFileSystem.class.getDeclaredConstructor(new Class[0]);
    made.setAccessible(true);
    // From here on every configuration knows which of S3A's names are older ones of others.
    OpenFileSystems.named(CONNECTOR);
    return made;
  }

  static void lift() throws Exception {
    lift(constructors(ReflectionUtils.class));
    lift(constructors(AbstractFileSystem.class));
  }

  private static void lift(Map<Object, Object> constructors) {
    Iterator<Object> found = constructors.values().iterator();
    while (found.hasNext()) {
      if (((Constructor<?>) found.next()).getDeclaringClass().getName().startsWith(SEALED)) {
        found.remove();
      }
    }
  }

  /** Whether an instance was made under a seal, also that of another copy of this class. */
  static boolean isOn(FileSystem system) {
    return system.getClass().getName().startsWith(SEALED);
  }

  /** Of the settings that a sealed instance was opened with; null if it was left as it came. */
  static String fingerprint(FileSystem system) {
    return system instanceof SealedS3AFileSystem ? ((SealedS3AFileSystem) system).fingerprint : null;
  }

  /** Whether an instance has a key of its own instead of the settings that were in force. */
  static boolean keepsItsKey(FileSystem system) {
    return system instanceof SealedS3AFileSystem && ((SealedS3AFileSystem) system).keepsItsKey;
  }

  private static Map<Object, Object> constructors(Class<?> maker) throws Exception {
    return (Map<Object, Object>) OpenFileSystems.field(maker, "CONSTRUCTOR_CACHE").get(null);
  }

  private Seal() {}
}
