package org.edm2search.campaign.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.edm2search.campaign.Examples;
import org.edm2search.campaign.trial.LossPoint;
import org.edm2search.campaign.trial.Trial;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One store, several processes. */
@Timeout(300)
final class H2SharingTest {

  private static final Trial WAITING =
      Trial.waiting(0, Examples.candidate(Examples.space(), new SplittableRandom(1)), Examples.NOW);

  @TempDir Path folder;

  private Path file() {
    return folder.resolve("campaign.mv.db");
  }

  @Test
  void anotherProcessReadsWhileThisOneWrites() throws Exception {
    try (TrialStore store = H2TrialStore.open(file())) {
      store.create(WAITING, List.of(), "{}");
      Process reader = start("follow");
      try (BufferedReader out = reader.inputReader()) {
        assertThat(out.readLine()).isEqualTo("WAITING");
        Trial running = WAITING.started(Examples.NOW);
        store.start(running);
        assertThat(out.readLine()).isEqualTo("RUNNING");
        store.finish(
            running.complete(Examples.measurement(1), Examples.ENVIRONMENT, Examples.NOW), "{}");
        assertThat(out.readLine()).isEqualTo("COMPLETE");
        assertThat(reader.waitFor(120, TimeUnit.SECONDS)).isTrue();
      } finally {
        reader.destroyForcibly();
      }
      assertThat(store.trials()).hasSize(1);
    }
  }

  /** The process that opened the file first serves the others; killing it must not hurt them. */
  @Test
  void theKillOfTheProcessThatServesTheFileIsSurvived() throws Exception {
    try (TrialStore store = H2TrialStore.open(file())) {
      store.create(WAITING, List.of(), "{}");
    }
    Process server = start("hold");
    try (BufferedReader out = server.inputReader()) {
      assertThat(out.readLine()).isEqualTo("WAITING");
      try (TrialStore store = H2TrialStore.open(file())) {
        store.start(WAITING.started(Examples.NOW));
        store.record(0, new LossPoint(10, 0.5));
        server.destroyForcibly().waitFor();
        store.record(0, new LossPoint(20, 0.25));
        assertThat(store.losses(0)).hasSize(2);
        assertThat(store.trials()).containsExactly(WAITING.started(Examples.NOW));
      }
    } finally {
      server.destroyForcibly();
    }
  }

  private Process start(String mode) throws IOException {
    String classpath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            classpath,
            StoreReading.class.getName(),
            file().toString(),
            mode)
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  @Test
  void onlyThisMachineCanConnect() throws Exception {
    try (TrialStore store = H2TrialStore.open(file())) {
      Properties lock = new Properties();
      try (InputStream in = Files.newInputStream(folder.resolve("campaign.lock.db"))) {
        lock.load(in);
      }
      assertThat(lock.getProperty("server")).matches("(127\\.0\\.0\\.1|localhost):\\d+");
      int port = Integer.parseInt(lock.getProperty("server").split(":")[1]);
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress("127.0.0.1", port), 2000);
      }
      for (NetworkInterface network : Collections.list(NetworkInterface.getNetworkInterfaces())) {
        for (InetAddress address : Collections.list(network.getInetAddresses())) {
          if (!address.isLoopbackAddress()) {
            assertThatThrownBy(
                    () -> {
                      try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(address, port), 500);
                      }
                    })
                .isInstanceOf(IOException.class);
          }
        }
      }
      assertThat(store.trials()).isEmpty();
    }
  }
}
