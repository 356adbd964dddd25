package jupyterlab.s3encryption;

import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Writes what the agent reads as JSON; a library for it takes longer to start in a fresh JVM. */
final class Json {
  /** The JSON of null, or of text, numbers, booleans, and lists and maps of these. */
  static String write(Object value) {
    StringBuilder out = new StringBuilder();
    write(value, out);
    return out.toString();
  }

  private static void write(Object value, StringBuilder out) {
    if (value instanceof Map) {
      String separator = "{";
      Iterator<Map.Entry<Object, Object>> entries = ((Map) value).entrySet().iterator();
      while (entries.hasNext()) {
        Map.Entry<Object, Object> entry = (Map.Entry<Object, Object>) entries.next();
        out.append(separator);
        write(String.valueOf(entry.getKey()), out);
        out.append(':');
        write(entry.getValue(), out);
        separator = ",";
      }
      out.append(((Map) value).isEmpty() ? "{}" : "}");
    } else if (value instanceof List) {
      out.append('[');
      List list = (List) value;
      for (int i = 0; i < list.size(); i++) {
        out.append(i == 0 ? "" : ",");
        write(list.get(i), out);
      }
      out.append(']');
    } else if (value == null || value instanceof Boolean || value instanceof Number) {
      out.append(value);
    } else {
      text(String.valueOf(value), out);
    }
  }

  private static void text(String value, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char character = value.charAt(i);
      if (character >= ' ' && character < 127 && character != '"' && character != '\\') {
        out.append(character);
      } else {
        out.append("\\u").append(Integer.toHexString(0x10000 | character).substring(1));
      }
    }
    out.append('"');
  }

  private Json() {}
}
