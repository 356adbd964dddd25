package jupyterlab.s3encryption;

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
          new LinkedBlockingQueue(),
          new ThreadFactory() {
            public Thread newThread(Runnable work) {
              Thread thread = new Thread(work, "s3-encryption-close");
              thread.setDaemon(true);
              return thread;
            }
          });

  static {
    CLOSER.allowCoreThreadTimeOut(true);
  }

  private final FileSystem owner;

  private LateClose(FileSystem owner) {
    super(owner.getConf());
    this.owner = owner;
  }

  /** From now on `system` is closed when nobody can reach it. */
  static void arrange(FileSystem system) {
    if (system.getConf() != null && !(system.getConf() instanceof LateClose)) {
      system.setConf(new LateClose(system));
    }
  }

  protected void finalize() {
    CLOSER.execute(
        new Runnable() {
          public void run() {
            try {
              owner.close();
            } catch (Throwable error) {
              // Nobody is left who could be told; what it held is gone with the JVM.
              return;
            }
          }
        });
  }
}
