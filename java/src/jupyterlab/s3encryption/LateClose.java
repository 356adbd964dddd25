package jupyterlab.s3encryption;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * Closes a file system once nobody can reach it any more.
 *
 * <p>A stream, a checkpointed frame, a running job or a variable may still use an instance that left
 * Hadoop's cache, and nobody counts them. The garbage collector knows: this object is reachable only
 * from the file system's own configuration, and its finalizer is the one thing that Java runs with
 * the unreachable object still at hand (a Cleaner may not hold it).
 */
final class LateClose extends Configuration {
  private static final ThreadPoolExecutor CLOSER =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<Runnable>(),
          new ThreadFactory() {
            public Thread newThread(Runnable work) {
              Thread thread = new Thread(work, "s3-encryption-close");
              thread.setDaemon(true);
              return thread;
            }
          });

  /** Those that somebody asked to delete paths at exit: closing them earlier would do it earlier. */
  private static final List<FileSystem> AT_EXIT = new ArrayList<FileSystem>();

  static {
    CLOSER.allowCoreThreadTimeOut(true);
    // Loaded now: on a Connect server our classes are gone with the session that brought them.
    new Closing(null);
  }

  private static final class Closing implements Runnable {
    private final FileSystem system;

    Closing(FileSystem system) {
      this.system = system;
    }

    public void run() {
      close(system);
    }
  }

  private final FileSystem owner;

  private LateClose(FileSystem owner) {
    super(owner.getConf());
    this.owner = owner;
  }

  /** From now on `system` is closed when nobody can reach it, or at exit if it deletes paths then. */
  static void arrange(FileSystem system) {
    if (deletesAtExit(system)) {
      closeAtExit(system);
    } else if (system.getConf() != null && !(system.getConf() instanceof LateClose)) {
      system.setConf(new LateClose(system));
    }
  }

  /** S3A of Hadoop 3.5 keeps a list of its own beside that of FileSystem. */
  private static boolean deletesAtExit(FileSystem system) {
    for (Class<?> kind = system.getClass(); kind != null; kind = kind.getSuperclass()) {
      try {
        Object paths = OpenFileSystems.field(kind, "deleteOnExit").get(system);
        if (paths instanceof Collection && !((Collection<Object>) paths).isEmpty()) {
          return true;
        }
      } catch (Throwable error) {
        continue; // This class has none.
      }
    }
    return false;
  }

  private static void closeAtExit(FileSystem system) {
    synchronized (AT_EXIT) {
      if (AT_EXIT.isEmpty()) {
        Runtime.getRuntime()
            .addShutdownHook(
                new Thread("s3-encryption-exit") {
                  public void run() {
                    for (int i = 0; i < AT_EXIT.size(); i++) {
                      close((FileSystem) AT_EXIT.get(i));
                    }
                  }
                });
      }
      AT_EXIT.add(system);
    }
  }

  private static void close(FileSystem system) {
    try {
      system.close();
    } catch (Throwable error) {
      // No one is left to report it to; what it held is gone with the JVM.
      return;
    }
  }

  protected void finalize() {
    if (deletesAtExit(owner)) {
      closeAtExit(owner);
      return;
    }
    CLOSER.execute(new Closing(owner));
  }
}
