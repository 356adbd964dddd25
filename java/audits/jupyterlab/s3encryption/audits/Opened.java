package jupyterlab.s3encryption.audits;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.net.URI;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;

/**
 * A file system of our own in this JVM, which Hadoop's cache does not know, for all tasks of an
 * audit; closed a while after the last of them.
 */
final class Opened implements Runnable, ThreadFactory {
  private static final long IDLE = 60000;
  private static final String S3A = "org.apache.hadoop.fs.s3a.S3AFileSystem";
  private static final Map<String, Opened> OPEN = new HashMap<String, Opened>();

  final Store store;
  final ExecutorService pool;
  private final String id;
  private final FileSystem system;
  private int users;
  private long left;

  private Opened(String id, String root, byte[] written, int threads) throws Exception {
    Configuration conf = new Configuration(false);
    conf.readFields(new DataInputStream(new ByteArrayInputStream(written)));
    this.id = id;
    system = (FileSystem) conf.getClassByName(S3A).newInstance();
    system.initialize(new URI(root), conf);
    store = Store.of(system);
    // One more for the page of a listing that comes next.
    pool = Executors.newFixedThreadPool(threads + 1, this);
  }

  /** Leave it when done. */
  static Opened enter(String root, byte[] written, int threads) throws Exception {
    String id = root + " " + threads + " " + Arrays.hashCode(written) + " " + written.length;
    synchronized (OPEN) {
      Opened found = (Opened) OPEN.get(id);
      if (found == null) {
        found = new Opened(id, root, written, threads);
        OPEN.put(id, found);
      }
      found.users++;
      return found;
    }
  }

  void leave() {
    synchronized (OPEN) {
      left = System.currentTimeMillis();
      if (--users == 0) {
        newThread(this).start();
      }
    }
  }

  /** Closes it if nobody has come back. */
  public void run() {
    try {
      Thread.sleep(IDLE);
    } catch (InterruptedException error) {
      return;
    }
    synchronized (OPEN) {
      if (users > 0 || System.currentTimeMillis() - left < IDLE || OPEN.get(id) != this) {
        return;
      }
      OPEN.remove(id);
    }
    pool.shutdown();
    try {
      system.close();
    } catch (Exception error) {
      // It was only read with: nothing is lost.
      return;
    }
  }

  public Thread newThread(Runnable work) {
    Thread made = new Thread(work, "s3-encryption-audit");
    made.setDaemon(true);
    return made;
  }
}
