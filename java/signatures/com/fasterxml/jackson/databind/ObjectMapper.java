package com.fasterxml.jackson.databind;

public class ObjectMapper {
  public ObjectMapper() {}

  public native <T> T readValue(String text, Class<T> kind);

  public native String writeValueAsString(Object value);
}
