package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A viewer stopped with Ctrl-Z held the campaign's database: the campaign then stood still. */
@Tag("slow")
@Timeout(600)
final class StoppedViewerTest {

  @TempDir Path directory;

  @Test
  void aStoppedViewerDoesNotStopTheCampaign() throws Exception {
    Path campaign = directory.resolve("campaign");
    String text = Example.tiny(campaign).replaceFirst("trials: \\d+", "trials: 1");
    Path file = Files.writeString(directory.resolve("tiny.yaml"), text);
    assertThat(CommandLineProcess.run(directory, "run", file, "--quiet").code()).isZero();
    Process viewer = viewer(campaign);
    try (BufferedReader out = viewer.inputReader()) {
      String address = out.readLine().replaceFirst(".* at (http\\S+).*", "$1");
      assertThat(read(address + "campaigns/campaign")).isNotEmpty();
      signal("STOP", viewer);
      Files.writeString(file, text.replace("trials: 1", "trials: 2"));
      Captured run = CommandLineProcess.run(directory, "run", file, "--quiet");
      assertThat(run.code()).as(run.err()).isZero();
      Captured status = CommandLineProcess.run(directory, "status", campaign, "--json");
      assertThat(status.out()).contains("\"complete\" : 2");
      assertThat(viewer.isAlive()).isTrue();
    } finally {
      viewer.destroyForcibly().waitFor();
    }
  }

  private static byte[] read(String address) throws Exception {
    try (InputStream in = URI.create(address).toURL().openStream()) {
      return in.readAllBytes();
    }
  }

  private Process viewer(Path campaign) throws Exception {
    List<String> serve = new ArrayList<>(CommandLineProcess.java());
    serve.addAll(List.of("serve", campaign.toString(), "--port", "0"));
    return new ProcessBuilder(serve)
        .directory(directory.toFile())
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static void signal(String name, Process process) throws Exception {
    assertThat(
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor())
        .isZero();
  }
}
