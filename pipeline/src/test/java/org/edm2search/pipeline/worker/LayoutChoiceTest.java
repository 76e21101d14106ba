package org.edm2search.pipeline.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which layout is chosen, from invented measurements. */
class LayoutChoiceTest {

  private static final long GIB = 1L << 30;
  private static final int MANY = 100;

  private final List<Layout> asked = new ArrayList<>();

  private Function<Layout, Throughput> perWorker(long peakBytes, double... imagesPerSecond) {
    return layout -> {
      asked.add(layout);
      return new Throughput(layout, imagesPerSecond[asked.size() - 1], peakBytes);
    };
  }

  @Test
  void theFastestIsChosenAndSaysWhatItWasComparedWith() {
    LayoutChoice choice =
        LayoutChoice.measure(new Machine(2, 8 * GIB), MANY, perWorker(GIB, 566, 753));
    assertThat(choice.best()).isEqualTo(new Layout(2, 1));
    assertThat(choice.words())
        .isEqualTo("2 workers × 1 thread: 753 images/s; 1 worker × 2 threads: 566 images/s");
  }

  @ParameterizedTest
  @CsvSource({"100, 104, 1", "100, 106, 2", "100, 80, 1", "0, 100, 2", "0, 0, 1"})
  void moreWorkersMustBeWorthIt(double one, double two, int chosen) {
    assertThat(
            LayoutChoice.measure(new Machine(2, 8 * GIB), MANY, perWorker(GIB, one, two))
                .best()
                .workers())
        .isEqualTo(chosen);
  }

  @Test
  void manyCoresAreSharedInMoreWays() {
    LayoutChoice choice =
        LayoutChoice.measure(new Machine(16, 64 * GIB), MANY, perWorker(GIB, 1, 5, 9, 7));
    assertThat(asked)
        .containsExactly(new Layout(1, 16), new Layout(2, 8), new Layout(8, 2), new Layout(16, 1));
    assertThat(choice.best()).isEqualTo(new Layout(8, 2));
  }

  @Test
  void oneCoreOrOneTrialNeedNoMeasurement() {
    assertThat(LayoutChoice.measure(new Machine(1, GIB), MANY, perWorker(0)).best())
        .isEqualTo(new Layout(1, 1));
    assertThat(LayoutChoice.measure(new Machine(8, GIB), 1, perWorker(0)).best())
        .isEqualTo(new Layout(1, 8));
    assertThat(asked).isEmpty();
  }

  @Test
  void memoryAndTrialsBoundTheWorkers() {
    LayoutChoice.measure(new Machine(4, 10 * GIB), MANY, perWorker(2 * GIB + GIB / 4, 1, 2));
    assertThat(asked).containsExactly(new Layout(1, 4), new Layout(3, 1));
    asked.clear();
    LayoutChoice.measure(new Machine(4, 10 * GIB), MANY, perWorker(9 * GIB, 1));
    assertThat(asked).containsExactly(new Layout(1, 4));
    asked.clear();
    LayoutChoice.measure(new Machine(64, 640 * GIB), 3, perWorker(GIB, 1, 2, 3));
    assertThat(asked).containsExactly(new Layout(1, 64), new Layout(2, 32), new Layout(3, 21));
  }

  @Test
  void aChoiceIsKept(@TempDir Path folder) {
    Machine machine = new Machine(2, 8 * GIB);
    LayoutChoiceFile file = new LayoutChoiceFile(folder);
    assertThat(file.read(machine)).isEmpty();
    LayoutChoice choice = LayoutChoice.measure(machine, MANY, perWorker(GIB, 566, 753));
    file.write(machine, choice);
    assertThat(file.read(machine)).contains(choice);
    assertThat(file.read(new Machine(4, 8 * GIB))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "null",
        "{\"cores\":2}",
        "{\"cores\":2,\"workers\":0,\"measured\":[]}",
        "{\"cores\":2,\"workers\":65,\"measured\":[]}",
        "{\"cores\":2,\"workers\":1,\"measured\":null}",
        "{\"cores\":2,\"workers\":1,\"measured\":[null]}",
        "{\"cores\":2,\"workers\":1,\"measured\":[{\"layout\":{\"workers\":0,\"threads\":1},"
            + "\"imagesPerSecond\":1,\"peakBytes\":1}]}"
      })
  void aDamagedChoiceIsMeasuredAgain(String text, @TempDir Path folder) throws IOException {
    Files.writeString(folder.resolve("workers.json"), text);
    assertThat(new LayoutChoiceFile(folder).read(new Machine(2, GIB))).isEmpty();
  }

  @Test
  void theNumericalLibrarysThreadsAreTheCoresToShare() {
    assertThat(Machine.here(Map.of("OMP_NUM_THREADS", "6")).cores()).isEqualTo(6);
    assertThat(Machine.here(Map.of("OMP_NUM_THREADS", "4,2")).cores())
        .isEqualTo(Runtime.getRuntime().availableProcessors());
    assertThat(Machine.here(Map.of()).memoryBytes()).isGreaterThan(GIB / 4);
    assertThat(new Machine(6, GIB).threads(4)).isEqualTo(1);
    assertThat(new Machine(6, GIB).threads(2)).isEqualTo(3);
    assertThat(new Machine(2, GIB).threads(5)).isEqualTo(1);
  }
}
