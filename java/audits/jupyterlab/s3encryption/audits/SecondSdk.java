package jupyterlab.s3encryption.audits;

import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The AWS SDK 2, which S3A has since Hadoop 3.4. By reflection: it may be shaded or missing. */
final class SecondSdk extends Store {
  private static final String META = "x-amz-meta-";

  private final ClassLoader loader;
  private final Object client;
  private final String bucket;
  private final Class<?> service;

  SecondSdk(Object system) throws Exception {
    loader = system.getClass().getClassLoader();
    Object internals = get(system.getClass(), system, "getS3AInternals");
    Class<?> kind = Class.forName("org.apache.hadoop.fs.s3a.S3AInternals", true, loader);
    Class<?>[] text = {String.class};
    client = call(kind, internals, "getAmazonS3Client", text, "S3 Encryption: audit");
    bucket = (String) get(system.getClass(), system, "getBucket");
    service = sdk("services.s3.S3Client");
  }

  Page page(String prefix, String after, String version, boolean versions, int most)
      throws Exception {
    String kind = versions ? "ListObjectVersions" : "ListObjectsV2";
    Builder made = new Builder(kind + "Request");
    made.set("bucket", bucket).set("prefix", prefix).set("maxKeys", Integer.valueOf(most));
    made.set(versions ? "keyMarker" : "startAfter", after);
    if (versions) {
      made.set("versionIdMarker", version);
    }
    Object answer = made.send(versions ? "listObjectVersions" : "listObjectsV2");
    Class<?> owner = model(kind + "Response");
    Page page = new Page();
    page.more = Boolean.TRUE.equals(get(owner, answer, "isTruncated"));
    Class<?> row = model(versions ? "ObjectVersion" : "S3Object");
    Iterator each = ((List) get(owner, answer, versions ? "versions" : "contents")).iterator();
    while (each.hasNext()) {
      Object one = each.next();
      Item item = new Item();
      item.key = (String) get(row, one, "key");
      item.size = ((Long) get(row, one, "size")).longValue();
      item.modified = ((Instant) get(row, one, "lastModified")).toEpochMilli();
      if (versions) {
        item.version = (String) get(row, one, "versionId");
        item.current = Boolean.TRUE.equals(get(row, one, "isLatest"));
      }
      page.after = item.key;
      if (!item.key.endsWith("/")) {
        page.items.add(item);
      }
    }
    if (versions) {
      Iterator markers = ((List) get(owner, answer, "deleteMarkers")).iterator();
      while (markers.hasNext()) {
        page.markers.add((String) get(model("DeleteMarkerEntry"), markers.next(), "key"));
      }
      page.after = (String) get(owner, answer, "nextKeyMarker");
      page.version = (String) get(owner, answer, "nextVersionIdMarker");
    }
    return page;
  }

  String head(String key, String version) throws Exception {
    Builder made = new Builder("HeadObjectRequest");
    made.set("bucket", bucket).set("key", key).set("versionId", version);
    Object answer = made.send("headObject");
    Object http = get(sdk("core.SdkResponse"), answer, "sdkHttpResponse");
    Map headers = (Map) get(sdk("http.SdkHttpResponse"), http, "headers");
    Map<String, String> found = new HashMap<String, String>();
    Iterator each = headers.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry entry = (Map.Entry) each.next();
      String name = ((String) entry.getKey()).toLowerCase(Locale.ROOT);
      // Metadata of the user's own and of encryption clients has a prefix.
      name = name.startsWith(META) ? name.substring(META.length()) : name;
      found.put(name, String.valueOf(((List) entry.getValue()).get(0)));
    }
    return reduced(found);
  }

  private Class<?> sdk(String name) throws ClassNotFoundException {
    return Class.forName("software.amazon.awssdk." + name, true, loader);
  }

  private Class<?> model(String name) throws ClassNotFoundException {
    return sdk("services.s3.model." + name);
  }

  /** A request that is being made. */
  private final class Builder {
    private final Class<?> request;
    private final Class<?> kind;
    private final Object made;

    Builder(String name) throws Exception {
      request = model(name);
      kind = model(name + "$Builder");
      made = get(request, null, "builder");
    }

    Builder set(String name, Object value) throws Exception {
      if (value != null) {
        Class<?>[] types = {value.getClass()};
        call(kind, made, name, types, value);
      }
      return this;
    }

    Object send(String method) throws Exception {
      Class<?>[] types = {request};
      return call(service, client, method, types, get(sdk("utils.builder.SdkBuilder"), made, "build"));
    }
  }
}
