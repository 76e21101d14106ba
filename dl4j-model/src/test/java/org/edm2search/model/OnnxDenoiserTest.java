package org.edm2search.model;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.edm2search.model.checkpoint.ReferenceFile;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.model.onnx.OnnxDenoiser;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Networks as ONNX files, run by ONNX Runtime, and in SameDiff's own format, by ND4J alone. */
class OnnxDenoiserTest {

  private static final double TOLERANCE = 1e-4;

  @TempDir private Path directory;

  @ParameterizedTest
  @MethodSource("org.edm2search.model.GoldenNetworks#names")
  void theReferencesOutputIsReproduced(String config) throws Exception {
    ReferenceFile reference =
        ReferenceFile.read(
            Path.of(
                OnnxDenoiserTest.class
                    .getResource("/golden/networks/" + config + ".safetensors")
                    .toURI()));
    WeightedNetwork network = new WeightedNetwork(reference.architecture(), reference.weights());
    Tensor sigma = reference.input().sigma();
    float[] noisy = reference.input().images().values().clone();
    int size = noisy.length / sigma.size();
    for (int i = 0; i < noisy.length; i++) {
      noisy[i] += reference.input().noise().values()[i] * sigma.values()[i / size];
    }

    float[] denoised =
        run(
            network,
            new Tensor(reference.input().images().shape(), noisy),
            sigma,
            reference.input().labels());

    assertThat(difference(denoised, reference.output().denoised().values())).isLessThan(TOLERANCE);
  }

  @Test
  void anyArchitectureGivesWhatItGivesHere() throws Exception {
    Random random = new Random(11);
    for (int trial = 0; trial < 24; trial++) {
      WeightedNetwork network =
          RandomArchitectures.network(RandomArchitectures.draw(random), random);
      ArchitectureSpec spec = network.architecture();
      int batch = 1 + trial % 3;
      float[] levels = new float[batch];
      for (int i = 0; i < batch; i++) {
        levels[i] = (float) Math.exp(random.nextGaussian() * 2);
      }
      levels[0] = trial % 4 == 0 ? 80 : trial % 4 == 1 ? 0.002f : levels[0];
      float[] noisy = new float[batch * spec.imgChannels() * 64];
      for (int i = 0; i < noisy.length; i++) {
        noisy[i] =
            (float) (random.nextGaussian() * Math.hypot(0.5, levels[i * batch / noisy.length]));
      }
      Tensor images = new Tensor(List.of(batch, spec.imgChannels(), 8, 8), noisy);
      Tensor sigma = Tensor.vector(levels);
      Tensor labels = labels(spec, batch);

      float[] expected;
      try (Network here = Network.of(spec, Tensor.toArrays(network.tensors()))) {
        INDArray denoised =
            here.denoise(
                images.toArray(), sigma.toArray(), labels == null ? null : labels.toArray());
        expected = Tensor.copyOf(denoised).values();
      }
      float[] actual = run(network, images, sigma, labels);
      assertThat(difference(actual, expected)).as("%s", spec).isLessThan(TOLERANCE);
      assertThat(difference(runByNd4jAlone(network, images, sigma, labels), expected))
          .as("SameDiff, %s", spec)
          .isLessThan(TOLERANCE);
      assertThat(difference(actual, noisy)).as("it changes the image").isGreaterThan(TOLERANCE);
    }
  }

  @Test
  void halfPrecisionWeightsTakeHalfTheBytesAndComeClose() throws Exception {
    Random random = new Random(3);
    // Wide enough that the weights are most of the file.
    WeightedNetwork network =
        RandomArchitectures.network(
            RandomArchitectures.draw(random).toBuilder().modelChannels(32).build(), random);
    ArchitectureSpec spec = network.architecture();
    Tensor images =
        new Tensor(List.of(1, spec.imgChannels(), 8, 8), new float[64 * spec.imgChannels()]);
    Tensor sigma = Tensor.vector(1);

    WeightedNetwork halved = network.inHalfPrecision();
    float[] full = run(network, images, sigma, labels(spec, 1));
    float[] half = run(halved, images, sigma, labels(spec, 1));
    float[] here;
    try (Network rounded = Network.of(spec, Tensor.toArrays(halved.tensors()))) {
      Tensor labels = labels(spec, 1);
      here =
          Tensor.copyOf(
                  rounded.denoise(
                      images.toArray(), sigma.toArray(), labels == null ? null : labels.toArray()))
              .values();
    }

    assertThat(difference(half, full)).isBetween(1e-9, 1e-2);
    assertThat(difference(half, here)).as("nothing is rounded twice").isLessThan(TOLERANCE);
    assertThat((double) OnnxDenoiser.of(halved).toBytes().remaining())
        .isLessThan(0.75 * OnnxDenoiser.of(network).toBytes().remaining());
  }

  private static Tensor labels(ArchitectureSpec spec, int batch) {
    if (spec.labelDim() == 0) {
      return null;
    }
    float[] oneHot = new float[batch * spec.labelDim()];
    for (int i = 0; i < batch - 1; i++) {
      oneHot[i * spec.labelDim() + i] = 1;
    }
    return new Tensor(List.of(batch, spec.labelDim()), oneHot);
  }

  private static float[] run(WeightedNetwork network, Tensor images, Tensor sigma, Tensor labels)
      throws Exception {
    ByteBuffer bytes = OnnxDenoiser.of(network).toBytes();
    OrtEnvironment environment = OrtEnvironment.getEnvironment();
    Map<String, OnnxTensor> inputs = new HashMap<>();
    try (OrtSession session = environment.createSession(bytes)) {
      inputs.put(OnnxDenoiser.IMAGES, tensor(environment, images));
      inputs.put(OnnxDenoiser.SIGMA, tensor(environment, sigma));
      if (labels != null) {
        inputs.put(OnnxDenoiser.LABELS, tensor(environment, labels));
      }
      assertThat(session.getInputNames()).isEqualTo(inputs.keySet());
      assertThat(session.getMetadata().getCustomMetadata()).containsKey("architecture");
      try (OrtSession.Result result = session.run(inputs)) {
        OnnxTensor denoised = (OnnxTensor) result.get(OnnxDenoiser.DENOISED).orElseThrow();
        float[] values = new float[images.size()];
        denoised.getFloatBuffer().get(values);
        return values;
      }
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }

  /** Writes SameDiff's own format, and runs what is read back by SameDiff's own session. */
  private float[] runByNd4jAlone(
      WeightedNetwork network, Tensor images, Tensor sigma, Tensor labels) {
    File file = directory.resolve("model.fb").toFile();
    OnnxDenoiser.of(network).toSameDiff().save(file, false);
    Map<String, INDArray> inputs = new HashMap<>();
    inputs.put(OnnxDenoiser.IMAGES, images.toArray());
    inputs.put(OnnxDenoiser.SIGMA, sigma.toArray());
    if (labels != null) {
      inputs.put(OnnxDenoiser.LABELS, labels.toArray());
    }
    Map<String, INDArray> outputs =
        SameDiff.load(file, false).output(inputs, OnnxDenoiser.DENOISED);
    return Tensor.copyOf(outputs.get(OnnxDenoiser.DENOISED)).values();
  }

  private static OnnxTensor tensor(OrtEnvironment environment, Tensor tensor) throws Exception {
    long[] shape = tensor.shape().stream().mapToLong(Integer::longValue).toArray();
    return OnnxTensor.createTensor(environment, FloatBuffer.wrap(tensor.values()), shape);
  }

  private static double difference(float[] a, float[] b) {
    assertThat(a).hasSameSizeAs(b);
    double worst = 0;
    for (int i = 0; i < a.length; i++) {
      double difference = Math.abs((double) a[i] - b[i]);
      worst = difference <= worst ? worst : difference;
    }
    return worst;
  }
}
