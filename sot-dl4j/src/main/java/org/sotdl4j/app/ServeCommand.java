package org.sotdl4j.app;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.sotdl4j.app.serve.Limits;
import org.sotdl4j.app.serve.PictureServer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sot serve}. */
@Command(
    name = "serve",
    description = {
      "Answer pictures over HTTP, on this machine only unless --host says otherwise:",
      "a page at /, POST /predict for programs, /health, /metrics for Prometheus."
    })
final class ServeCommand implements Callable<Integer> {

  private static final int MOST_MEGABYTES = 1000;

  @Parameters(
      arity = "0..1",
      paramLabel = "SOURCE",
      description =
          "A run's folder (its best checkpoint), a checkpoint that says what model it is of, or a model that 'sot list' shows, untrained; not with --checkpoint.")
  private Path source;

  @Mixin private CheckpointOptions checkpoint;

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "0 for any free one; default: ${DEFAULT-VALUE}")
  private int port = 8080;

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description =
          "Address of this machine to listen at, 0.0.0.0 for all: whoever reaches it may ask. Default: ${DEFAULT-VALUE}")
  private String host = "127.0.0.1";

  @Option(
      names = "--max-megabytes",
      paramLabel = "N",
      description = "Of a request's body; default: ${DEFAULT-VALUE}")
  private int megabytes = 10;

  @Option(
      names = "--max-megapixels",
      paramLabel = "N",
      description = "Of a picture; default: ${DEFAULT-VALUE}")
  private int megapixels = 25;

  @Option(
      names = "--max-requests",
      paramLabel = "N",
      description = "Worked on at the same time, others get 503; default: ${DEFAULT-VALUE}")
  private int requests = 32;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, InterruptedException {
    OptionChecks checks = new OptionChecks(spec);
    if (checkpoint.isGiven() == (source != null)) {
      throw checks.wrong("Give either SOURCE or --checkpoint");
    }
    checks.port("--port", port);
    checks.positive("--max-megabytes", megabytes);
    if (megabytes > MOST_MEGABYTES) {
      throw checks.wrong(
          "--max-megabytes must be at most %d, not %d".formatted(MOST_MEGABYTES, megabytes));
    }
    checks.positive("--max-megapixels", megapixels);
    checks.positive("--max-requests", requests);
    Limits limits = new Limits(megabytes * 1_000_000L, megapixels * 1_000_000L, requests);
    InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(host), port);
    try (Interruption interruption = new Interruption();
        PictureServer server =
            new PictureServer(checkpoint.openOrUntrained(source), limits, address)) {
      PrintWriter out = spec.commandLine().getOut();
      out.printf("http://%s:%d/%n", host, server.address().getPort());
      out.flush();
      interruption.await();
    } catch (BindException e) {
      throw new UserException(
          "%s:%d cannot be listened at (%s): another --port may be free"
              .formatted(host, port, e.getMessage()),
          e);
    }
    return Interruption.EXIT_CODE;
  }
}
