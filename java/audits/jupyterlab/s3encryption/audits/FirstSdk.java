package jupyterlab.s3encryption.audits;

import java.util.Date;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The AWS SDK 1, which S3A has before Hadoop 3.4. By reflection: it is missing since then. */
final class FirstSdk extends Store {
  private final ClassLoader loader;
  private final Object client;
  private final String bucket;
  private final Class<?> service;

  FirstSdk(Object system) throws Exception {
    loader = system.getClass().getClassLoader();
    Class<?>[] text = {String.class};
    Class<?> kind = Class.forName("org.apache.hadoop.fs.s3a.S3AFileSystem", true, loader);
    client = call(kind, system, "getAmazonS3ClientForTesting", text, "S3 Encryption: audit");
    bucket = (String) get(kind, system, "getBucket");
    service = sdk("AmazonS3");
  }

  Page page(String prefix, String after, String version, boolean versions, int most)
      throws Exception {
    Class<?> owner = sdk(versions ? "model.ListVersionsRequest" : "model.ListObjectsV2Request");
    Object request = owner.newInstance();
    set(owner, request, "setBucketName", bucket);
    set(owner, request, "setPrefix", prefix);
    set(owner, request, versions ? "setMaxResults" : "setMaxKeys", Integer.valueOf(most));
    set(owner, request, versions ? "setKeyMarker" : "setStartAfter", after);
    if (versions) {
      set(owner, request, "setVersionIdMarker", version);
    }
    Class<?>[] types = {owner};
    Object answer =
        call(service, client, versions ? "listVersions" : "listObjectsV2", types, request);
    Class<?> result = sdk(versions ? "model.VersionListing" : "model.ListObjectsV2Result");
    Class<?> row = sdk(versions ? "model.S3VersionSummary" : "model.S3ObjectSummary");
    Page page = new Page();
    page.more = ((Boolean) get(result, answer, "isTruncated")).booleanValue();
    String name = versions ? "getVersionSummaries" : "getObjectSummaries";
    Iterator each = ((List) get(result, answer, name)).iterator();
    while (each.hasNext()) {
      Object one = each.next();
      Item item = new Item();
      item.key = (String) get(row, one, "getKey");
      page.after = item.key;
      if (versions && ((Boolean) get(row, one, "isDeleteMarker")).booleanValue()) {
        page.markers.add(item.key);
        continue;
      }
      item.size = ((Long) get(row, one, "getSize")).longValue();
      item.modified = ((Date) get(row, one, "getLastModified")).getTime();
      if (versions) {
        item.version = (String) get(row, one, "getVersionId");
        item.current = ((Boolean) get(row, one, "isLatest")).booleanValue();
      }
      if (!item.key.endsWith("/")) {
        page.items.add(item);
      }
    }
    if (versions) {
      page.after = (String) get(result, answer, "getNextKeyMarker");
      page.version = (String) get(result, answer, "getNextVersionIdMarker");
    }
    return page;
  }

  String head(String key, String version) throws Exception {
    Class<?> owner = sdk("model.GetObjectMetadataRequest");
    Object request =
        owner
            .getConstructor(String.class, String.class, String.class)
            .newInstance(bucket, key, version);
    Class<?>[] types = {owner};
    Object answer = call(service, client, "getObjectMetadata", types, request);
    Class<?> result = sdk("model.ObjectMetadata");
    Map<String, String> found = new HashMap<String, String>();
    add(found, (Map) get(result, answer, "getUserMetadata"));
    add(found, (Map) get(result, answer, "getRawMetadata"));
    return reduced(found);
  }

  private static void add(Map<String, String> found, Map headers) {
    Iterator each = headers.entrySet().iterator();
    while (each.hasNext()) {
      Map.Entry entry = (Map.Entry) each.next();
      found.put(
          String.valueOf(entry.getKey()).toLowerCase(Locale.ROOT), String.valueOf(entry.getValue()));
    }
  }

  private static void set(Class<?> owner, Object request, String name, Object value)
      throws Exception {
    if (value != null) {
      Class<?>[] types = {value.getClass()};
      call(owner, request, name, types, value);
    }
  }

  private Class<?> sdk(String name) throws ClassNotFoundException {
    return Class.forName("com.amazonaws.services.s3." + name, true, loader);
  }
}
