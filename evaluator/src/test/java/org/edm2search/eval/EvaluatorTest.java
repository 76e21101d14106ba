package org.edm2search.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.eval.fid.Estimate;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.reference.KeptSamples;
import org.edm2search.eval.sampling.GuidedDenoiser;
import org.edm2search.model.Denoiser;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.InvalidConfigException;
import org.edm2search.space.yaml.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class EvaluatorTest {

  private static final ImageShape SHAPE = new ImageShape(1, 4, 3);

  @TempDir private Path directory;

  /** The pixels themselves as features: distances are known. */
  private static final class Pixels implements FeatureExtractor {
    @Override
    public String id() {
      return "pixels";
    }

    @Override
    public String weightsSha256() {
      return "none";
    }

    @Override
    public String description() {
      return "the pixels themselves";
    }

    @Override
    public int dimensions() {
      return SHAPE.size();
    }

    @Override
    public double[][] features(ImageBatch images) {
      double[][] rows = new double[images.count()][images.imageSize()];
      for (int i = 0; i < images.pixels().length; i++) {
        rows[i / images.imageSize()][i % images.imageSize()] =
            FeatureExtractor.toByte(images.pixels()[i]) / 127.5 - 1;
      }
      return rows;
    }

    @Override
    public void close() {}
  }

  private record Named(String id) implements FeatureExtractor {
    @Override
    public String weightsSha256() {
      return "sha of " + id;
    }

    @Override
    public String description() {
      return "weights of " + id;
    }

    @Override
    public int dimensions() {
      throw new UnsupportedOperationException();
    }

    @Override
    public double[][] features(ImageBatch images) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }

  private static EvaluationProtocol protocol(String yaml) {
    return EvaluationProtocol.read(Section.parse(yaml, "test.yaml"));
  }

  /** The exact denoiser of normal data with a mean and a standard deviation. */
  private static Denoiser exact(double mean, double deviation) {
    return (images, sigma, labels) -> {
      double s2 = Math.pow(sigma.getDouble(0), 2);
      double v = deviation * deviation;
      return images.mul(v / (v + s2)).addi(mean * s2 / (v + s2));
    };
  }

  private static List<ImageBatch> normalImages(int count, double mean, double deviation) {
    return normalImages(count, mean, deviation, 3);
  }

  private static List<ImageBatch> normalImages(
      int count, double mean, double deviation, long seed) {
    Random random = new Random(seed);
    List<ImageBatch> batches = new ArrayList<>();
    for (int i = 0; i < count; i += 100) {
      float[] pixels = new float[100 * SHAPE.size()];
      for (int k = 0; k < pixels.length; k++) {
        pixels[k] = (float) (mean + deviation * random.nextGaussian());
      }
      batches.add(new ImageBatch(pixels, new int[100], 1, 4, 4));
    }
    return batches;
  }

  private static Reference reference() {
    return Reference.of("normal", normalImages(5000, 0.1, 0.2), new Pixels(), done -> {});
  }

  private static final DistanceMeter METER =
      new DistanceMeter(
          reference().statistics(), new Pixels().features(normalImages(100, 0.1, 0.2, 4).get(0)));

  @Test
  void rightDenoiserScoresBetterThanWrongOnes() {
    Evaluator evaluator = new Evaluator(protocol("samples: 2000\nsteps: 20\n"), SHAPE);
    double right = score(evaluator, exact(0.1, 0.2));
    assertThat(right).isLessThan(0.01);
    assertThat(score(evaluator, exact(0.3, 0.2))).isGreaterThan(10 * right);
    assertThat(score(evaluator, exact(0.1, 0.3))).isGreaterThan(10 * right);
  }

  private static double score(Evaluator evaluator, Denoiser denoiser) {
    Evaluation evaluation =
        evaluator.evaluate(denoiser, new Pixels(), reference(), METER, (done, total) -> {});
    for (Estimate estimate : evaluation.distances().values()) {
      assertThat(estimate.standardDeviation()).isPositive();
    }
    assertThat(evaluation.score()).isEqualTo(evaluation.distances().get(evaluation.objective()));
    return evaluation.score().value();
  }

  @Test
  void samplesDoNotDependOnTheBatch() {
    Evaluation one =
        new Evaluator(protocol("samples: 50\nsteps: 5\nbatch: 50\n"), SHAPE)
            .evaluate(exact(0, 0.2), new Pixels(), reference(), METER, (done, total) -> {});
    Evaluation two =
        new Evaluator(protocol("samples: 50\nsteps: 5\nbatch: 7\n"), SHAPE)
            .evaluate(exact(0, 0.2), new Pixels(), reference(), METER, (done, total) -> {});
    assertThat(two.distances()).isEqualTo(one.distances());
    assertThat(two.protocol()).isEqualTo(one.protocol());
    assertThat(one.protocol().label()).isEqualTo("FD-PCA64@50 (pixels)");
    assertThat(one.effort().evaluations()).isEqualTo(9);
  }

  @Test
  void churnedAndGuidedSamplesDoNotDependOnTheBatch() {
    String yaml =
        "samples: 30\nsteps: 5\nchurn: {amount: 2, min: 0.01, max: 60, noise: 1.003}\n"
            + "guidance: {kind: classifier-free, weight: 2, interval: [0.01, 10]}\nbatch: ";
    List<Evaluation> scores = new ArrayList<>();
    for (int batch : new int[] {30, 7, 1}) {
      EvaluationProtocol protocol = protocol(yaml + batch + "\n");
      Denoiser byClass =
          (images, sigma, labels) -> {
            INDArray result = exact(0, 0.2).denoise(images, sigma, null);
            return labels == null
                ? result
                : result.addi(labels.getColumn(1).reshape(labels.size(0), 1, 1, 1).mul(0.3));
          };
      Denoiser guided =
          GuidedDenoiser.classifierFree(
              byClass, protocol.guidance().weight(), protocol.guidance().interval());
      scores.add(
          new Evaluator(protocol, SHAPE)
              .evaluate(guided, new Pixels(), reference(), METER, (done, total) -> {}));
    }
    assertThat(scores)
        .extracting(Evaluation::distances, Evaluation::protocol)
        .containsOnly(tuple(scores.get(0).distances(), scores.get(0).protocol()));
    // Of the nine levels 80, 22.0, 22.0, 2.9 … those up to 10 and above 0.01 call the guide too.
    EvaluationProtocol protocol = protocol(yaml + "1\n");
    assertThat(scores.get(0).effort().evaluations())
        .isEqualTo(
            9
                + protocol
                    .guidance()
                    .interval()
                    .count(
                        protocol
                            .sampling()
                            .schedule()
                            .evaluatedLevels(protocol.sampling().churn())))
        .isBetween(11, 15);
    Evaluation still =
        new Evaluator(protocol("samples: 30\nsteps: 5\n"), SHAPE)
            .evaluate(exact(0, 0.2), new Pixels(), reference(), METER, (done, total) -> {});
    assertThat(still.distances()).isNotEqualTo(scores.get(0).distances());
  }

  @Test
  void theDescriptionIsAllThatAScoreDependsOn() {
    String plain =
        "FD-PCA64@50 (x) to y; features: weights of x; Heun, 18 steps (NFE 35), σ 80.0 to 0.002, ρ 7.0; EMA 0.1;"
            + " seeds 0 to 49, uniform labels";
    assertThat(protocol("samples: 50\n").describe(new Named("x"), "y")).isEqualTo(plain);
    assertThat(protocol("samples: 50\nchurn: {amount: 0, max: 3}\n").describe(new Named("x"), "y"))
        .isEqualTo(plain);
    EvaluationProtocol guided = protocol("samples: 50\nguidance: {weight: 2}\n");
    assertThat(guided.describe(new Named("x"), "y"))
        .isEqualTo(plain + "; autoguidance 2.0 by the network after 0.25 of its training");
    assertThat(guided.sampling().evaluations()).isEqualTo(70);
  }

  @Test
  void theDigestIsOfKeysAndNotOfTheDescription() {
    String plain =
        """
        distance=fd-pca64
        ema=0.1
        features=x
        features.sha256=sha of x
        labels=uniform
        reference=y
        sampler=heun
        sampler.rho=7.0
        sampler.sigma_max=80.0
        sampler.sigma_min=0.002
        sampler.steps=18
        samples=50
        seed=0
        """;
    EvaluationProtocol protocol = protocol("samples: 50\nchurn: {amount: 0, max: 3}\n");
    assertThat(protocol.keys(new Named("x"), "y")).hasToString(plain);
    // Stored beside scores: it must never change.
    assertThat(protocol.digest(new Named("x"), "y"))
        .isEqualTo("e551b9a46fd3b7b67d6a294c3227992bce56d4efc09d1338b164adc6b78ce40a");
    assertThat(
            protocol(
                    "samples: 50\nguidance: {weight: 2, interval: [0.2, 5]}\n"
                        + "churn: {amount: 40, min: 0.05}\n")
                .keys(new Named("x"), "y")
                .values())
        .containsAllEntriesOf(
            Map.of(
                "guidance.kind", "autoguidance",
                "guidance.weight", "2.0",
                "guidance.above", "0.2",
                "guidance.to", "5.0",
                "guidance.guide", "snapshot 0.25",
                "churn.amount", "40.0",
                "churn.min", "0.05",
                "churn.max", "Infinity",
                "churn.noise", "1.0"));
  }

  @Test
  void churnAndGuidanceAreDescribed() {
    EvaluationProtocol protocol =
        protocol(
            "churn: {amount: 40, min: 0.05, max: 50, noise: 1.003}\n"
                + "guidance: {kind: classifier-free, weight: 1.5, interval: [0.28, 2.9]}\n");
    assertThat(protocol.describe(new Named("x"), "y"))
        .endsWith(
            "seeds 0 to 999, uniform labels; classifier-free guidance 1.5 where 0.28 < σ ≤ 2.9 (NFE 43);"
                + " churn 40.0 where 0.05 ≤ σ ≤ 50.0, noise 1.003");
    assertThat(protocol.sampling().evaluations()).isEqualTo(43);
  }

  @Test
  void heldOutImagesGiveTheFloorAtTheSameNumber() {
    Evaluator evaluator = new Evaluator(protocol("samples: 250\nsteps: 20\n"), SHAPE);
    double floor =
        evaluator
            .floor(normal(400), List.of(), new Pixels(), METER)
            .distances()
            .get(Distance.FD_PCA)
            .value();
    // As far away as the same number of perfect samples.
    assertThat(score(evaluator, exact(0.1, 0.2))).isBetween(0.5 * floor, 2 * floor);
    assertThatThrownBy(() -> evaluator.floor(normal(200), List.of(), new Pixels(), METER))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("250")
        .hasMessageContaining("200");
  }

  private static ImageDataset normal(int count) {
    float[] pixels = new float[count * SHAPE.size()];
    int at = 0;
    for (ImageBatch batch : normalImages(count, 0.1, 0.2, 5)) {
      System.arraycopy(batch.pixels(), 0, pixels, at, batch.pixels().length);
      at += batch.pixels().length;
    }
    int[] labels = new int[count];
    Arrays.fill(labels, -1);
    return new ImagesInMemory(new ImageBatch(pixels, labels, 1, 4, 4), List.of());
  }

  /** Three classes of 85, 10 and 5 %, each of its own brightness. */
  private static ImageDataset unbalanced(int count, long seed) {
    Random random = new Random(seed);
    float[] pixels = new float[count * SHAPE.size()];
    int[] labels = new int[count];
    for (int i = 0; i < count; i++) {
      labels[i] = i % 20 == 0 ? 2 : i % 10 == 1 ? 1 : 0;
      for (int k = 0; k < SHAPE.size(); k++) {
        pixels[i * SHAPE.size() + k] = (float) (MEANS[labels[i]] + 0.1 * random.nextGaussian());
      }
    }
    return new ImagesInMemory(new ImageBatch(pixels, labels, 1, 4, 4), CLASSES);
  }

  private static final double[] MEANS = {-0.5, 0.1, 0.7};
  private static final List<String> CLASSES = List.of("common", "rare", "rarest");

  /** Before, all labels were drawn uniformly: real images of such labels scored far off. */
  @Test
  void labelsAreAsFrequentAsInTheDataAndRealImagesScoreTheFloor() {
    ImageDataset images = unbalanced(4000, 1);
    Reference reference = Reference.of("unbalanced", images.batches(), new Pixels(), done -> {});
    DistanceMeter meter =
        new DistanceMeter(
            reference.statistics(),
            new Pixels().features(images.read(IntStream.range(0, 500).toArray())));
    Denoiser exact =
        (noisy, sigma, labels) -> {
          double s2 = Math.pow(sigma.getDouble(0), 2);
          INDArray means = labels.mmul(Nd4j.create(MEANS, 3, 1).castTo(DataType.FLOAT));
          return noisy
              .mul(0.01 / (0.01 + s2))
              .addi(means.reshape(-1, 1, 1, 1).mul(s2 / (0.01 + s2)).broadcast(noisy.shape()));
        };
    String yaml = "samples: 500\nsteps: 20\n";
    EvaluationProtocol byData = protocol(yaml).on(images, 3);
    EvaluationProtocol uniform = protocol(yaml + "labels: uniform\n").on(images, 3);
    ImageDataset heldOut = unbalanced(4000, 2);
    Floor floor = new Evaluator(byData, SHAPE).floor(heldOut, CLASSES, new Pixels(), meter);
    assertThat(floor.repeated()).isZero();
    double lowest = floor.distances().get(Distance.FD).value();
    double score = fd(new Evaluator(byData, SHAPE), exact, reference, meter);
    assertThat(score).isBetween(0.3 * lowest, 3 * lowest);
    // Perfect images of each class, but a third of each.
    double off = fd(new Evaluator(uniform, SHAPE), exact, reference, meter);
    assertThat(off).isGreaterThan(20 * lowest);
    Floor alike = new Evaluator(uniform, SHAPE).floor(heldOut, CLASSES, new Pixels(), meter);
    assertThat(alike.distances().get(Distance.FD).value()).isBetween(0.5 * off, 2 * off);
    assertThat(byData.digest(new Named("x"), "y"))
        .isNotEqualTo(uniform.digest(new Named("x"), "y"));
    assertThat(byData.describe(new Named("x"), "y")).contains("labels as frequent as in the data");
  }

  private static double fd(
      Evaluator evaluator, Denoiser denoiser, Reference reference, DistanceMeter meter) {
    return evaluator
        .evaluate(denoiser, new Pixels(), reference, meter, (done, total) -> {})
        .distances()
        .get(Distance.FD)
        .value();
  }

  /** Before, 50,000 samples began anew when the last batch was interrupted. */
  @Test
  void anInterruptedEvaluationGoesOnWhereItWas() {
    EvaluationProtocol protocol = protocol("samples: 2500\nsteps: 2\nbatch: 300\n");
    Evaluator evaluator = new Evaluator(protocol, SHAPE);
    Denoiser denoiser = exact(0.1, 0.2);
    Evaluation whole =
        evaluator.evaluate(denoiser, new Pixels(), reference(), METER, (done, total) -> {});
    SampledFeatures kept = new KeptSamples(directory, "a", whole.protocol().digest());
    assertThatThrownBy(
            () ->
                evaluator.evaluate(
                    denoiser,
                    new Pixels(),
                    reference(),
                    METER,
                    kept,
                    (done, total) -> {
                      if (done > 2000) {
                        throw new IllegalStateException("interrupted");
                      }
                    }))
        .hasMessage("interrupted");
    List<Integer> drawn = new ArrayList<>();
    Evaluation resumed =
        evaluator.evaluate(
            denoiser, new Pixels(), reference(), METER, kept, (done, total) -> drawn.add(done));
    assertThat(drawn).startsWith(900, 1800, 2100).endsWith(2500);
    // Features are kept in float32, which extractors compute in, but not the one of this test.
    assertThat(resumed.score().value()).isCloseTo(whole.score().value(), withinPercentage(1e-6));
    // Of other weights nothing is taken.
    assertThat(new KeptSamples(directory, "b", whole.protocol().digest()).find(0, 900)).isEmpty();
    kept.discard();
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void balancedDataHasTheLabelsAndTheDigestOfUniformOnes() {
    float[] pixels = new float[6 * SHAPE.size()];
    ImageDataset images =
        new ImagesInMemory(new ImageBatch(pixels, new int[] {0, 1, 2, 2, 1, 0}, 1, 4, 4), CLASSES);
    EvaluationProtocol byData = protocol("samples: 50\n").on(images, 3);
    EvaluationProtocol uniform = protocol("samples: 50\nlabels: uniform\n").on(images, 3);
    assertThat(new Evaluator(byData, SHAPE).labels(50))
        .isEqualTo(new Evaluator(uniform, SHAPE).labels(50));
    assertThat(byData.digest(new Named("x"), "y")).isEqualTo(uniform.digest(new Named("x"), "y"));
  }

  @Test
  void classesWithTooFewHeldOutImagesAreToldOf() {
    Evaluator evaluator = new Evaluator(protocol("samples: 500\nlabels: uniform\n"), SHAPE);
    assertThat(evaluator.floor(unbalanced(400, 2), CLASSES, new Pixels(), METER).repeated())
        .isBetween(200, 320);
    assertThatThrownBy(
            () ->
                evaluator.floor(
                    unbalanced(400, 2), List.of("common", "x", "rarest"), new Pixels(), METER))
        .hasMessageContaining("held-out images of class 'x'");
  }

  @Test
  void otherProtocolsHaveOtherDigests() {
    String base = protocol("samples: 50\n").digest(new Named("x"), "y");
    assertThat(base)
        .isNotEqualTo(protocol("samples: 51\n").digest(new Named("x"), "y"))
        .isNotEqualTo(protocol("samples: 50\nseed: 1\n").digest(new Named("x"), "y"))
        .isNotEqualTo(protocol("samples: 50\nema: 0.05\n").digest(new Named("x"), "y"))
        .isNotEqualTo(protocol("samples: 50\nobjective: kid\n").digest(new Named("x"), "y"))
        .isNotEqualTo(protocol("samples: 50\nsigma_max: 40\n").digest(new Named("x"), "y"))
        .isNotEqualTo(protocol("samples: 50\nsigma_min: 0.01\n").digest(new Named("x"), "y"))
        .isNotEqualTo(protocol("samples: 50\nrho: 5\n").digest(new Named("x"), "y"))
        .isNotEqualTo(protocol("samples: 50\nsteps: 9\n").digest(new Named("x"), "y"))
        .isNotEqualTo(protocol("samples: 50\nguidance: {weight: 2}\n").digest(new Named("x"), "y"))
        .isNotEqualTo(protocol("samples: 50\nchurn: {amount: 2}\n").digest(new Named("x"), "y"))
        .isNotEqualTo(protocol("samples: 50\n").digest(new Named("z"), "y"))
        .isNotEqualTo(protocol("samples: 50\n").digest(new Named("x"), "z"));
    assertThat(protocol("samples: 50\nguidance: {weight: 1}\n").digest(new Named("x"), "y"))
        .isEqualTo(base);
  }

  @Test
  void digestsDoNotDependOnTheLocale() {
    String expected = protocol("samples: 50\n").digest(new Named("x"), "y");
    Locale locale = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("ar-EG"));
      assertThat(protocol("samples: 50\n").digest(new Named("x"), "y")).isEqualTo(expected);
      assertThat(protocol("samples: 50\n").label("x")).isEqualTo("FD-PCA64@50 (x)");
    } finally {
      Locale.setDefault(locale);
    }
  }

  @Test
  void samplesThatAreNotFiniteAreReported() {
    Evaluator evaluator = new Evaluator(protocol("samples: 10\nsteps: 3\n"), SHAPE);
    // Not mul(NaN): ND4J makes a NaN factor 1e-5.
    Denoiser broken = (images, sigma, labels) -> images.dup().assign(Float.NaN);
    assertThatThrownBy(
            () -> evaluator.evaluate(broken, new Pixels(), reference(), METER, (done, total) -> {}))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("not finite");
  }

  @Test
  void gridIsAPngOfEnlargedImages() throws Exception {
    Evaluator evaluator = new Evaluator(protocol("steps: 3\n"), SHAPE);
    ImageBatch images = evaluator.grid(exact(0, 0.2), 2, 8);
    assertThat(images.labels()).containsExactly(0, 1, 2, 0, 1, 2);
    BufferedImage png = ImageIO.read(new ByteArrayInputStream(ImageGrid.png(images, 3)));
    assertThat(png.getWidth()).isEqualTo(3 * 66 + 2);
    assertThat(png.getHeight()).isEqualTo(2 * 66 + 2);
    int grey = FeatureExtractor.toByte(images.pixels()[0]);
    assertThat(png.getRGB(2, 2) & 0xff).isEqualTo(grey);
  }

  @Test
  void bytesRoundHalfUpAndClip() {
    assertThat(FeatureExtractor.toByte(-1)).isZero();
    assertThat(FeatureExtractor.toByte(1)).isEqualTo(255);
    assertThat(FeatureExtractor.toByte(-9)).isZero();
    assertThat(FeatureExtractor.toByte(9)).isEqualTo(255);
    assertThat(FeatureExtractor.toByte(0)).isEqualTo(128);
    for (int u = 0; u < 256; u++) {
      assertThat(FeatureExtractor.toByte((float) (u / 127.5 - 1))).isEqualTo(u);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "samples: 1 | samples",
        "steps: 1 | steps",
        "sigma_min: 90 | sigma_min",
        "ema: 0.9 | ema",
        "features: incepton | did you mean 'inception'",
        "features: {onnx: none.onnx} | there is none at none.onnx",
        "features: {onnx: pom.xml, size: 0} | size",
        "features: {onnx: pom.xml, size: 9999} | size",
        "features: {onnx: pom.xml, resize: lanczos} | tf1-bilinear",
        "features: {onnx: pom.xml, mean: [0.5]} | mean must have 3",
        "features: {onnx: pom.xml, std: [1, 1, 0]} | std must have 3",
        "features: {onnx: pom.xml, colour: x} | unknown key",
        "features: {size: 224} | onnx",
        "labels: even | must be one of data, uniform",
        "guidance: {weight: -1} | weight",
        "guidance: {weight: 2, guide: {snapshot: 0}} | snapshot",
        "guidance: {weight: 2, guide: {checkpoint: none.safetensors}} | cannot be read",
        "guidance: {weight: 2, guide: {checkpoint: a, snapshot: 0.5}} | together with snapshot",
        "guidance: {weight: 2, interval: [1]} | two noise levels",
        "guidance: {weight: 2, interval: [2, 1]} | 0 ≤ low < high",
        "guidance: {weight: 2, interval: [90, 100]} | holds none of the noise levels",
        "guidance: {weight: 2, kind: cfg} | must be one of autoguidance, classifier-free",
        "guidance: {weight: 2, kind: classifier-free, guide: {snapshot: 0.5}} | is for autoguidance",
        "churn: {amount: -1} | amount of churn must be between 0",
        "churn: {min: 1} | churn.amount",
        "churn: {amount: 1, min: 2, max: 1} | 0 ≤ min ≤ max",
        "churn: {amount: 1, noise: -1} | noise of churn",
        "churn: {amount: 1, nose: 1} | did you mean 'noise'",
        "sample: 10 | did you mean 'samples'"
      })
  void invalidProtocolsNameTheKey(String yaml, String message) {
    assertThatThrownBy(() -> protocol(yaml.strip() + "\n"))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining(message.strip());
  }
}
