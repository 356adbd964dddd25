package jupyterlab.s3encryption.audits;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.function.Function;

/**
 * Lists a range of keys and reads the headers, for a while; answers with counts and where to go on.
 *
 * <p>Requests and answers are JSON: their shapes are in large/tasks.py of the package.
 */
public final class Part implements Function<Object, String> {
  private static final long serialVersionUID = 1L;
  private static final Pattern STATUS = Pattern.compile("Status Code: \\d+");
  private static final Pattern OF_ONE_REQUEST =
      Pattern.compile("[,;]? (?:S3 Extended |Extended )?Request ID: [^,;)\\s]*");

  private final String settings;
  private final byte[] conf;

  Part(String settings, byte[] conf) {
    this.settings = settings;
    this.conf = conf;
  }

  /** Never throws but when it is interrupted: what went wrong is in the answer. */
  public String call(Object text) throws InterruptedException {
    ObjectMapper json = new ObjectMapper();
    Totals totals = new Totals();
    try {
      Map given = (Map) json.readValue(settings, Map.class);
      Map request = (Map) json.readValue((String) text, Map.class);
      totals.begin(given);
      int threads = ((Number) given.get("threads")).intValue();
      Opened opened = Opened.enter((String) given.get("root"), conf, threads);
      try {
        if (request.containsKey("first")) {
          first(request, opened.store, totals);
        } else if (request.containsKey("items")) {
          items((List) request.get("items"), opened, totals);
        } else {
          range(given, request, opened, totals);
        }
      } finally {
        opened.leave();
      }
    } catch (InterruptedException error) {
      throw error;
    } catch (Throwable error) {
      totals.error = described(error);
    }
    SparkEnv env = SparkEnv.get();
    totals.executor = env == null ? "driver" : env.executorId();
    return json.writeValueAsString(totals.answer());
  }

  /** The first key after one. */
  private static void first(Map request, Store store, Totals totals) throws Exception {
    Store.Page page =
        store.page((String) request.get("prefix"), (String) request.get("first"), null, false, 1);
    totals.after = page.after;
  }

  private static void items(List given, Opened opened, Totals totals) throws Exception {
    List<Store.Item> items = new ArrayList<Store.Item>();
    Iterator each = given.iterator();
    while (each.hasNext()) {
      List row = (List) each.next();
      Store.Item item = new Store.Item();
      item.key = (String) row.get(0);
      item.size = ((Number) row.get(1)).longValue();
      item.modified = ((Number) row.get(2)).longValue();
      item.version = (String) row.get(3);
      item.current = Boolean.TRUE.equals(row.get(4));
      items.add(item);
    }
    totals.add(items, heads(items, opened));
    totals.done = true;
  }

  private static void range(Map given, final Map request, final Opened opened, Totals totals)
      throws Exception {
    final boolean versions = Boolean.TRUE.equals(given.get("versions"));
    final String prefix = (String) request.get("prefix");
    String until = (String) request.get("until");
    long most = ((Number) given.get("most")).longValue();
    final int size = ((Number) given.get("page")).intValue();
    long end = System.currentTimeMillis() + ((Number) given.get("millis")).longValue();
    totals.after = (String) request.get("after");
    totals.version = (String) request.get("version");
    Store.Page page = opened.store.page(prefix, totals.after, totals.version, versions, size);
    while (true) {
      List<Store.Item> items = new ArrayList<Store.Item>();
      boolean beyond = cut(page, until, items);
      final Store.Page here = page;
      Future<Store.Page> following = null;
      boolean last = beyond || !page.more;
      boolean enough = totals.listed + items.size() >= most;
      if (!last && !enough) {
        following =
            opened.pool.submit(
                new Callable<Store.Page>() {
                  public Store.Page call() throws Exception {
                    return opened.store.page(prefix, here.after, here.version, versions, size);
                  }
                });
      }
      for (int i = 0; i < page.markers.size(); i++) {
        String key = (String) page.markers.get(i);
        totals.markers += until == null || Totals.compare(key, until) <= 0 ? 1 : 0;
      }
      totals.listed += items.size();
      if (totals.sample > 0) {
        totals.draw(items);
      } else {
        totals.add(items, heads(items, opened));
      }
      totals.after = page.after;
      totals.version = page.version;
      if (last) {
        totals.done = true;
        return;
      }
      if (enough || System.currentTimeMillis() >= end) {
        if (following != null) {
          following.cancel(true);
        }
        return;
      }
      page = (Store.Page) following.get();
    }
  }

  /** Takes what is not after a key; returns whether something was. */
  private static boolean cut(Store.Page page, String until, List<Store.Item> items) {
    for (int i = 0; i < page.items.size(); i++) {
      Store.Item item = (Store.Item) page.items.get(i);
      if (until != null && Totals.compare(item.key, until) > 0) {
        return true;
      }
      items.add(item);
    }
    return until != null && page.after != null && Totals.compare(page.after, until) > 0;
  }

  private static List<String> heads(List<Store.Item> items, final Opened opened) throws Exception {
    List<Callable<String>> asked = new ArrayList<Callable<String>>();
    for (int i = 0; i < items.size(); i++) {
      final Store.Item item = (Store.Item) items.get(i);
      asked.add(
          new Callable<String>() {
            public String call() throws Exception {
              try {
                return opened.store.head(item.key, item.version);
              } catch (InterruptedException error) {
                throw error;
              } catch (Exception error) {
                return "!" + described(error);
              }
            }
          });
    }
    List<String> found = new ArrayList<String>();
    Iterator<Future<String>> each = opened.pool.invokeAll(asked).iterator();
    while (each.hasNext()) {
      found.add((String) ((Future<String>) each.next()).get());
    }
    return found;
  }

  /** What was raised, in words that all errors of a kind have in common. */
  private static String described(Throwable error) {
    String text = String.valueOf(error);
    Matcher status = STATUS.matcher(text);
    if (status.find()) {
      String code = status.group();
      return "Exception: " + text.replaceAll("^(?:[\\w$]+\\.)*", "").split("[:(]")[0].trim() + " " + code;
    }
    text = OF_ONE_REQUEST.matcher(text).replaceAll("");
    return text.length() > 300 ? text.substring(0, 300) : text;
  }
}
