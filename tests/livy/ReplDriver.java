/**
 * Runs the statements of a Livy session in the tests: Livy's own module for that is not in the
 * Maven repository. Written against the classes of livy-rsc; everything around it, from the REST
 * server to the start of Spark, is the real Livy. Must not know: sparkmagic, encryption.
 *
 * The Python beside it (statements.py) shares this JVM's Spark by py4j, as Livy's own does, and
 * answers one line of JSON per statement. Janino compiles this file, so it has no lambdas.
 */
package org.apache.livy.repl;

import io.netty.channel.ChannelHandlerContext;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.LinkedBlockingQueue;
import org.apache.livy.rsc.BaseProtocol;
import org.apache.livy.rsc.RSCConf;
import org.apache.livy.rsc.ReplJobResults;
import org.apache.livy.rsc.driver.RSCDriver;
import org.apache.livy.rsc.driver.SparkEntries;
import org.apache.livy.rsc.driver.Statement;
import org.apache.livy.rsc.driver.StatementState;
import org.apache.livy.rsc.rpc.Rpc;
import org.apache.spark.SparkConf;

public class ReplDriver extends RSCDriver {
  private final List statements = Collections.synchronizedList(new ArrayList());
  private final LinkedBlockingQueue waiting = new LinkedBlockingQueue();
  private final SparkConf sparkConf;
  private volatile String state = "starting";
  private Process python;
  private BufferedReader answers;
  private Writer questions;

  public ReplDriver(SparkConf conf, RSCConf livyConf) throws Exception {
    super(conf, livyConf);
    this.sparkConf = conf;
  }

  @Override
  protected SparkEntries initializeSparkEntries() throws Exception {
    String secret = UUID.randomUUID().toString();
    py4j.GatewayServer gateway =
        new py4j.GatewayServer.GatewayServerBuilder().javaPort(0).authToken(secret).build();
    gateway.start();
    ProcessBuilder builder =
        new ProcessBuilder(
            new String[] {System.getenv("PYSPARK_PYTHON"), System.getenv("S3E_LIVY_STATEMENTS")});
    builder.environment().put("PYSPARK_GATEWAY_PORT", String.valueOf(gateway.getListeningPort()));
    builder.environment().put("PYSPARK_GATEWAY_SECRET", secret);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    this.python = builder.start();
    this.answers =
        new BufferedReader(
            new InputStreamReader(this.python.getInputStream(), StandardCharsets.UTF_8));
    this.questions =
        new OutputStreamWriter(this.python.getOutputStream(), StandardCharsets.UTF_8);
    if (this.answers.readLine() == null) {
      throw new IllegalStateException("The Python of this session did not start.");
    }
    Thread worker = new Thread(new Worker(), "statements");
    worker.setDaemon(true);
    worker.start();
    this.become("idle");
    return new SparkEntries(this.sparkConf);
  }

  /** Takes one statement after the other. */
  private class Worker implements Runnable {
    public void run() {
      try {
        while (true) {
          Statement statement = (Statement) waiting.take();
          become("busy");
          statement.started = System.currentTimeMillis();
          if (statement.compareAndTransit(StatementState.Waiting, StatementState.Running)) {
            questions.write(quoted(statement.code) + "\n");
            questions.flush();
            statement.output = answers.readLine();
            statement.completed = System.currentTimeMillis();
            statement.updateProgress(1.0);
            if (statement.state.get() == StatementState.Cancelling) {
              statement.compareAndTransit(StatementState.Cancelling, StatementState.Cancelled);
            } else {
              statement.compareAndTransit(StatementState.Running, StatementState.Available);
            }
          }
          become("idle");
        }
      } catch (Exception error) {
        become("error");
      }
    }
  }

  private void become(String state) {
    this.state = state;
    this.broadcast(new BaseProtocol.ReplState(state));
  }

  @Override
  protected void onClientAuthenticated(Rpc client) {
    try {
      client.call(new BaseProtocol.ReplState(this.state));
    } catch (Exception error) {
      throw new RuntimeException(error);
    }
  }

  @Override
  protected void shutdownContext() {
    if (this.python != null) {
      this.python.destroy();
    }
    super.shutdownContext();
  }

  public Integer handle(ChannelHandlerContext context, BaseProtocol.ReplJobRequest message) {
    Statement statement;
    synchronized (this.statements) {
      Integer id = Integer.valueOf(this.statements.size());
      statement = new Statement(id, message.code, StatementState.Waiting, null);
      this.statements.add(statement);
    }
    this.waiting.add(statement);
    return statement.id;
  }

  public void handle(ChannelHandlerContext context, BaseProtocol.CancelReplJobRequest message) {
    Statement statement = (Statement) this.statements.get(message.id);
    if (!statement.compareAndTransit(StatementState.Waiting, StatementState.Cancelled)) {
      statement.compareAndTransit(StatementState.Running, StatementState.Cancelling);
    }
  }

  public ReplJobResults handle(
      ChannelHandlerContext context, BaseProtocol.GetReplJobResults message) {
    List found = new ArrayList();
    synchronized (this.statements) {
      int from = message.allResults ? 0 : message.from.intValue();
      int until = message.allResults ? this.statements.size() : from + message.size.intValue();
      for (int index = from; index < Math.min(until, this.statements.size()); index++) {
        found.add(this.statements.get(index));
      }
    }
    return new ReplJobResults((Statement[]) found.toArray(new Statement[0]));
  }

  /** A text as JSON on one line. */
  private static String quoted(String text) {
    StringBuilder made = new StringBuilder("\"");
    for (int index = 0; index < text.length(); index++) {
      char one = text.charAt(index);
      if (one == '"' || one == '\\' || one < ' ' || one > '~') {
        made.append(String.format("\\u%04x", new Object[] {Integer.valueOf(one)}));
      } else {
        made.append(one);
      }
    }
    return made.append('"').toString();
  }
}
