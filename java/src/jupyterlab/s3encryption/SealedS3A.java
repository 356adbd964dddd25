package jupyterlab.s3encryption;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.s3a.S3A;

/** As {@link SealedS3AFileSystem}, for those who come through FileContext. */
public class SealedS3A extends S3A {
  public SealedS3A(URI name, Configuration conf) throws IOException, URISyntaxException {
    super(name, OpenFileSystems.effective(name, conf));
  }
}
