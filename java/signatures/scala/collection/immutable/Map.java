package scala.collection.immutable;

public interface Map {}
