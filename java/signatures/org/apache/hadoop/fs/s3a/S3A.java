package org.apache.hadoop.fs.s3a;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.AbstractFileSystem;

public class S3A extends AbstractFileSystem {
  public S3A(URI name, Configuration conf) throws IOException, URISyntaxException {}
}
