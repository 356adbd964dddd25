package org.apache.hadoop.fs;

public abstract class FSDataOutputStreamBuilder {}
