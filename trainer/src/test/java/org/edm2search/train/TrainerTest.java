package org.edm2search.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.format.FashionMnist;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.space.LossPoint;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.cost.CostModel;
import org.edm2search.space.yaml.InvalidConfigException;
import org.edm2search.space.yaml.Section;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("gpu")
class TrainerTest {

  private static final int BATCH = 16;
  private static final ImageDataset DATA = FashionMnist.load(FashionMnist.Split.TEST, 8);
  private static final ArchitectureSpec SPEC =
      ArchitectureSpec.builder()
          .imgResolution(8)
          .imgChannels(1)
          .labelDim(10)
          .modelChannels(8)
          .channelMult(List.of(1, 2))
          .numBlocks(1)
          .attnResolutions(Set.of(4))
          .channelsPerHead(8)
          .branches(BranchAssignment.uniform(Presets.seedBranch()))
          .build();
  private static final String CLASS_WEIGHT = "unet.emb_label.weight";
  private static final Cost COST = CostModel.of(SPEC);

  @TempDir private Path directory;

  private static TrainingRecipe recipe(int steps, String more) {
    double flops = 3.0 * COST.multiplyAdds() * BATCH * (steps + 0.5);
    return TrainingRecipe.read(
        Section.parse(
            "flops: %s\nbatch: %d\nsnapshot_images: 128\n%s".formatted(flops, BATCH, more),
            "test.yaml"));
  }

  private static Trainer trainer(int steps, String more) {
    return new Trainer(recipe(steps, more), DATA, 5);
  }

  @Test
  void trainingLowersTheLoss() {
    TrainedCandidate candidate = trainer(200, "").train(SPEC, directory, new TrainingListener() {});

    assertThat(candidate.images()).isEqualTo(200 * BATCH);
    List<LossPoint> losses = candidate.losses();
    double early = losses.subList(0, 20).stream().mapToDouble(LossPoint::loss).average().orElse(0);
    double late =
        losses.subList(losses.size() - 20, losses.size()).stream()
            .mapToDouble(LossPoint::loss)
            .average()
            .orElse(0);
    assertThat(late).isLessThan(0.7 * early);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void microBatchesTrainAsTheWholeBatchDoes(int microBatch) {
    Path whole = directory.resolve("whole");
    Path parts = directory.resolve("parts");
    trainer(6, "").train(SPEC, whole, new TrainingListener() {});
    trainer(6, "micro_batch: " + microBatch).train(SPEC, parts, new TrainingListener() {});

    TrainedCandidate expected = TrainedCandidate.read(whole);
    TrainedCandidate actual = TrainedCandidate.read(parts);
    for (int i = 0; i < expected.losses().size(); i++) {
      assertThat(actual.losses().get(i).images()).isEqualTo(expected.losses().get(i).images());
      assertThat(actual.losses().get(i).loss())
          .isCloseTo(expected.losses().get(i).loss(), withinPercentage(1e-3));
    }
    expected
        .checkpoint()
        .weights()
        .forEach(
            (name, tensor) ->
                assertThat(
                        relativeDistance(
                            actual.checkpoint().weights().get(name).values(), tensor.values()))
                    .as(name)
                    .isLessThan(1e-5));
    expected
        .checkpoint()
        .vectors()
        .forEach(
            (name, vector) ->
                assertThat(relativeDistance(actual.checkpoint().vectors().get(name), vector))
                    .as(name)
                    .isLessThan(1e-5));
  }

  /** Returns ‖a − b‖/‖b‖, and 0 for equal vectors. */
  private static double relativeDistance(float[] a, float[] b) {
    double distance = distance(a, b);
    return distance == 0 ? 0 : distance / distance(b, new float[b.length]);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "micro_batch: 4\n", "label_dropout: 0.3\n"})
  void resumedRunEqualsUninterruptedRunBitForBit(String more) {
    Path whole = directory.resolve("whole");
    Path parts = directory.resolve("parts");
    trainer(24, more + "checkpoint_images: 1000000").train(SPEC, whole, new TrainingListener() {});
    for (int stopAfter : new int[] {5, 9, 24}) {
      Trainer trainer = trainer(24, more + "checkpoint_images: 48");
      TrainingListener stopping =
          new TrainingListener() {
            private long images;

            @Override
            public void stepped(TrainingProgress progress) {
              images = progress.images();
            }

            @Override
            public boolean stopRequested() {
              return images >= (long) stopAfter * BATCH;
            }
          };
      if (stopAfter < 24) {
        assertThatThrownBy(() -> trainer.train(SPEC, parts, stopping))
            .isInstanceOf(TrainingStoppedException.class);
      } else {
        trainer.train(SPEC, parts, stopping);
      }
    }

    requireEqual(TrainedCandidate.read(whole), TrainedCandidate.read(parts));
  }

  /** Points of the loss curve are means over two batches or more, so a stop could leave a trace. */
  @Test
  void passingRungsLeavesNoTrace() {
    int batch = 2;
    long total = 401L * batch;
    TrainingRecipe recipe =
        TrainingRecipe.read(
            Section.parse(
                "flops: %s%nbatch: %d%nsnapshot_images: 300"
                    .formatted(3.0 * COST.multiplyAdds() * (total + 1), batch),
                "test.yaml"));
    Path whole = directory.resolve("whole");
    Path rungs = directory.resolve("rungs");
    new Trainer(recipe, DATA, 5).train(SPEC, whole, new TrainingListener() {});
    List<Long> stops = new ArrayList<>();
    for (double share : new double[] {1 / 9.0, 1 / 3.0, 1}) {
      stops.add(
          new Trainer(recipe, DATA, 5)
              .train(SPEC, rungs, share, new TrainingListener() {})
              .images());
    }

    assertThat(stops).isSorted().doesNotHaveDuplicates().endsWith(total);
    assertThat(stops.get(0) / (double) total).isBetween(0.10, 0.12);
    assertThat(stops.get(1) / (double) total).isBetween(0.32, 0.35);
    requireEqual(TrainedCandidate.read(whole), TrainedCandidate.read(rungs));
  }

  /** Everything but the time it took. */
  private static void requireEqual(TrainedCandidate expected, TrainedCandidate actual) {
    assertThat(actual.images()).isEqualTo(expected.images());
    assertThat(actual.losses()).isEqualTo(expected.losses());
    assertThat(actual.snapshots()).isEqualTo(expected.snapshots()).isNotEmpty();
    expected
        .checkpoint()
        .vectors()
        .forEach(
            (name, vector) ->
                assertThat(actual.checkpoint().vectors().get(name)).as(name).isEqualTo(vector));
    expected
        .checkpoint()
        .weights()
        .forEach(
            (name, tensor) ->
                assertThat(actual.checkpoint().weights().get(name).values())
                    .as(name)
                    .isEqualTo(tensor.values()));
  }

  /** One flipped bit, or a file that is gone: the checkpoint before it gives the same floats. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDamagedCheckpointIsReplacedByThePrevious(boolean missing) throws Exception {
    Path whole = directory.resolve("whole");
    trainer(24, "checkpoint_images: 128").train(SPEC, whole, new TrainingListener() {});
    Path file = whole.resolve("checkpoint.safetensors");
    float[] expected = TrainedCandidate.read(whole).average(0.05, 24 * BATCH);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    if (missing) {
      Files.delete(file);
    } else {
      Files.write(file, bytes);
    }
    assertThatThrownBy(() -> TrainedCandidate.read(whole))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageContaining(missing ? "no such file" : "is damaged");

    List<String> warnings = new ArrayList<>();
    assertThat(TrainedCandidate.orPrevious(file, warnings::add).images()).isEqualTo(16 * BATCH);
    trainer(24, "checkpoint_images: 128")
        .train(
            SPEC,
            whole,
            new TrainingListener() {
              @Override
              public void warned(String message) {
                warnings.add(message);
              }
            });
    assertThat(warnings)
        .hasSize(2)
        .allMatch(
            line -> line.contains("taking checkpoint.previous.safetensors, after 256 images"));
    assertThat(TrainedCandidate.read(whole).average(0.05, 24 * BATCH)).isEqualTo(expected);

    for (Path both : List.of(file, whole.resolve("checkpoint.previous.safetensors"))) {
      Files.write(both, bytes);
    }
    assertThatThrownBy(() -> trainer(24, "").train(SPEC, whole, new TrainingListener() {}))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageContaining("is damaged");
  }

  /**
   * Its schedule is that of the larger budget; where none depends on it, nothing tells the two
   * apart.
   */
  @Test
  void aLargerBudgetGoesOnWhereTheSmallerEnded() {
    String schedule = "rampup_images: 64\ndecay_batches: 4\n";
    Path once = directory.resolve("once");
    Path twice = directory.resolve("twice");
    trainer(24, schedule).train(SPEC, once, new TrainingListener() {});
    trainer(10, schedule).train(SPEC, twice, new TrainingListener() {});
    trainer(24, schedule).train(SPEC, twice, new TrainingListener() {});

    TrainedCandidate expected = TrainedCandidate.read(once);
    TrainedCandidate actual = TrainedCandidate.read(twice);
    assertThat(actual.images()).isEqualTo(24 * BATCH);
    for (double length : expected.averages()) {
      assertThat(actual.average(length, actual.images()))
          .isEqualTo(expected.average(length, expected.images()));
    }
    assertThatThrownBy(() -> trainer(10, schedule).train(SPEC, twice, new TrainingListener() {}))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageContaining("was trained on 384 images already, but the budget buys 160");
  }

  @Test
  void givenWeightsAreWhatTrainingBeginsWith() {
    TrainedCandidate trained = trained("first", "");
    Trainer.Start start = new Trainer.Start(trained.checkpoint().weights(), "of the first");
    Path second = directory.resolve("second");
    double first = trained.losses().get(0).loss();
    TrainedCandidate candidate =
        new Trainer(recipe(4, "learning_rate: 1e-9"), DATA, 5, Optional.of(start))
            .train(SPEC, second, new TrainingListener() {});
    assertThat(candidate.losses().get(0).loss()).isLessThan(0.8 * first);
    assertThatThrownBy(
            () ->
                new Trainer(recipe(4, "learning_rate: 1e-9"), DATA, 5)
                    .train(SPEC, second, new TrainingListener() {}))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageContaining("another seed, recipe");
  }

  @Test
  void droppedClassesTeachNothing() {
    float[] initial;
    try (Network network = Network.initialize(SPEC, 5)) {
      network.normalizeWeights();
      initial = Tensor.copyOf(network.parameter(CLASS_WEIGHT)).values();
    }
    TrainedCandidate none = trained("none", "");
    TrainedCandidate some = trained("some", "label_dropout: 0.5");
    TrainedCandidate all = trained("all", "label_dropout: 0.999999999");
    // Without a gradient the optimizer leaves a weight where it was, but for its normalization.
    assertThat(distance(classWeight(all), initial)).isLessThan(0.02);
    assertThat(distance(classWeight(some), initial)).isGreaterThan(0.2);
    assertThat(distance(classWeight(none), initial)).isGreaterThan(0.2);
    assertThat(classWeight(some)).isNotEqualTo(classWeight(none));
    assertThat(all.labelDropout()).isEqualTo(0.999999999);
  }

  @Test
  void runsWithoutLabelDropoutAreWhatTheyWere() {
    TrainedCandidate candidate = trained("none", "label_dropout: 0");
    assertThat(candidate.labelDropout()).isZero();
    assertThat(candidate.checkpoint().progress())
        .containsOnlyKeys("images", "run", "seconds", "losses")
        .hasEntrySatisfying("run", run -> assertThat(run).endsWith("snapshots 128"));
    assertThatThrownBy(() -> trained("none", "label_dropout: 0.1"))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageContaining("another seed, recipe");
  }

  private TrainedCandidate trained(String name, String more) {
    return trainer(20, more).train(SPEC, directory.resolve(name), new TrainingListener() {});
  }

  private static float[] classWeight(TrainedCandidate candidate) {
    return candidate.checkpoint().weights().get(CLASS_WEIGHT).values();
  }

  @Test
  void finishedRunIsNotTrainedAgain() {
    trainer(4, "").train(SPEC, directory, new TrainingListener() {});
    trainer(4, "")
        .train(
            SPEC,
            directory,
            new TrainingListener() {
              @Override
              public void stepped(TrainingProgress progress) {
                throw new AssertionError("trained again");
              }
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"learning_rate: 0.02", "micro_batch: 8"})
  void checkpointOfAnotherRunIsRefused(String other) {
    trainer(4, "").train(SPEC, directory, new TrainingListener() {});
    assertThatThrownBy(() -> trainer(4, other).train(SPEC, directory, new TrainingListener() {}))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageContaining("another seed, recipe");
  }

  @Test
  void divergenceIsReported() {
    assertThatThrownBy(
            () ->
                trainer(300, "learning_rate: 1\nrampup_images: 0\nnoise_mean: 8\nnoise_std: 0.1")
                    .train(SPEC, directory, new TrainingListener() {}))
        .isInstanceOf(TrainingDivergedException.class)
        .hasMessageContaining("learning_rate");
  }

  @Test
  void averagesOfOtherLengthsAreReconstructed() {
    TrainedCandidate candidate = trainer(40, "").train(SPEC, directory, new TrainingListener() {});
    float[] kept = candidate.average(0.05, candidate.images());
    float[] near = candidate.average(0.0501, candidate.images());
    float[] far = candidate.average(0.1, candidate.images());
    assertThat(distance(near, kept)).isLessThan(0.05 * distance(far, kept)).isPositive();
    try (Network network = candidate.network(0.07, candidate.snapshots().get(1))) {
      assertThat(network.architecture()).isEqualTo(SPEC);
    }
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += Math.pow(a[i] - b[i], 2);
    }
    return Math.sqrt(sum);
  }

  @Test
  void damagedCheckpointIsRefused() throws Exception {
    trainer(2, "").train(SPEC, directory, new TrainingListener() {});
    Path file = directory.resolve("checkpoint.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 100));
    assertThatThrownBy(() -> TrainedCandidate.read(directory))
        .isInstanceOf(InvalidTensorFileException.class)
        .hasMessageContaining("truncated");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "flops: 1 | flops",
        "flops: 1e9; batch: 0 | batch",
        "flops: 1e9; batch: 8; micro_batch: 3 | micro_batch: must divide the batch of 8",
        "flops: 1e9; batch: 8; micro_batch: 16 | micro_batch: must divide the batch of 8 images",
        "flops: 1e9; micro_batch: 0 | micro_batch: must divide the batch of 64 images",
        "flops: 1e9; ema: [0.5] | ema",
        "flops: 1e9; learning_rate: -1 | learning_rate",
        "flops: 1e9; bacth: 3 | did you mean 'batch'",
        "flops: 1e9; noise_std: 0 | noise_std",
        "flops: 1e9; label_dropout: 1 | label_dropout",
        "batch: 3 | flops"
      })
  void invalidRecipesNameTheKey(String yaml, String message) {
    String text = yaml.replace("; ", "\n").strip() + "\n";
    assertThatThrownBy(() -> TrainingRecipe.read(Section.parse(text, "r.yaml")))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("r.yaml")
        .hasMessageContaining(message.strip());
  }
}
