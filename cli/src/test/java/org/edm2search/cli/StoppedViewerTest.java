package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
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
    Path file = Files.writeString(directory.resolve("tiny.yaml"), Example.tiny(campaign));
    assertThat(CommandLineProcess.run(directory, "run", file, "--quiet").code()).isZero();
    Process viewer = viewer(campaign);
    try (BufferedReader out = viewer.inputReader()) {
      String address = out.readLine().replaceFirst(".* at (http\\S+).*", "$1");
      assertThat(read(address + "campaigns/campaign")).isNotEmpty();
      signal("STOP", viewer);
      String more = Files.readString(file).replaceFirst("trials: \\d+", "trials: 4");
      Files.writeString(file, more);
      Captured run = CommandLineProcess.run(directory, "run", file, "--quiet");
      assertThat(run.code()).as(run.err()).isZero();
      Captured status = CommandLineProcess.run(directory, "status", campaign, "--json");
      assertThat(status.out()).contains("\"complete\" : 4");
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
    return new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "org.edm2search.cli.Main",
                "serve",
                campaign.toString(),
                "--port",
                "0"))
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
