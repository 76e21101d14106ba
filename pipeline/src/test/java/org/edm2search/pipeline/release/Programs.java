package org.edm2search.pipeline.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.imageio.ImageIO;

/** Runs programs of bundles, and compares what they draw. */
final class Programs {

  static final Path PYTHON = Path.of("/usr/bin/python3");

  private Programs() {}

  static void requireTorch() throws Exception {
    boolean there =
        Files.isExecutable(PYTHON)
            && new ProcessBuilder(PYTHON.toString(), "-c", "import numpy, torch")
                    .redirectErrorStream(true)
                    .start()
                    .waitFor()
                == 0;
    assumeTrue(there, "needs PyTorch and NumPy for " + PYTHON);
  }

  static String python(Path script, Object... arguments) throws Exception {
    return run(script.getParent(), List.of(PYTHON.toString(), "-B", script.toString()), arguments);
  }

  /** Returns what a program prints that ends well, run without any environment. */
  static String run(Path in, List<String> program, Object... arguments) throws Exception {
    List<String> command = new ArrayList<>(program);
    for (Object argument : arguments) {
      command.add(String.valueOf(argument));
    }
    ProcessBuilder builder = new ProcessBuilder(command).directory(in.toFile());
    builder.environment().clear();
    Process process = builder.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    return said;
  }

  /** Pixels may be one step apart: rounding differs. */
  static void assertSameImages(Path actual, Path expected) throws IOException {
    BufferedImage one = ImageIO.read(actual.toFile());
    BufferedImage other = ImageIO.read(expected.toFile());
    assertThat(one.getWidth()).isEqualTo(other.getWidth());
    assertThat(one.getHeight()).isEqualTo(other.getHeight());
    int[] mine = one.getRGB(0, 0, one.getWidth(), one.getHeight(), null, 0, one.getWidth());
    int[] theirs = other.getRGB(0, 0, one.getWidth(), one.getHeight(), null, 0, one.getWidth());
    int different = 0;
    for (int i = 0; i < mine.length; i++) {
      for (int shift = 0; shift < 24; shift += 8) {
        int apart = Math.abs((mine[i] >> shift & 0xff) - (theirs[i] >> shift & 0xff));
        assertThat(apart).isLessThanOrEqualTo(1);
        different += apart;
      }
    }
    assertThat(different).isLessThan(mine.length / 100);
  }
}
