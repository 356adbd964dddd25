package com.fasterxml.jackson.databind;

import java.io.IOException;

public class ObjectMapper {
  public native <T> T readValue(String text, Class<T> kind) throws IOException;

  public native String writeValueAsString(Object value) throws IOException;
}
