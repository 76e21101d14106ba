package org.edm2search.pipeline.release;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.edm2search.eval.EvaluationProtocol;
import org.edm2search.eval.sampling.HeunSampler;
import org.edm2search.eval.sampling.PortableNoise;
import org.edm2search.model.Denoiser;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.BundleFile;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.model.sampling.Sampling;
import org.edm2search.pipeline.trial.ImageSource;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * What a bundle's network computes on given inputs: {@value #NAME} lets anyone check another
 * program, or another machine.
 *
 * <ul>
 *   <li>{@code latents} [n, C, H, W], noise of the seeds 0 to n − 1; {@code labels} [n, classes],
 *       class i modulo their number, if there are classes
 *   <li>{@code sigma} [3] and {@code denoised_0} to {@code denoised_2} [n, C, H, W], the network's
 *       D(σ·latents; σ, labels), without guidance
 *   <li>{@code images} [n, C, H, W], what the sampler draws
 * </ul>
 */
final class TestVectors implements ModelExport.Writer {

  static final String NAME = "test_vectors.safetensors";
  static final String IMAGES = "images";

  private static final int COUNT = 4;
  private static final float[] SIGMAS = {0.05f, 1, 20};

  @Override
  public List<BundleFile> files(ModelExport export, ModelBundle bundle) {
    return List.of(new BundleFile(NAME, file -> write(file, bundle)));
  }

  private static void write(Path file, ModelBundle bundle) {
    Safetensors.write(file, new TensorFile(Map.of("format", "pt"), here(bundle)));
  }

  /** Computes them in this program. */
  static Map<String, Tensor> here(ModelBundle bundle) {
    EvaluationProtocol protocol = EvaluationProtocol.drawing(bundle.sampler().sampling(), 0);
    try (ImageSource draw = ImageSource.of(TrainedModel.of(bundle), protocol)) {
      return compute(bundle, draw.main(), draw.denoiser());
    }
  }

  /** Computes what a network denoises at each noise level, without guidance. */
  static Map<Float, Tensor> denoised(WeightedNetwork weights) {
    ArchitectureSpec spec = weights.architecture();
    Tensor latents = latents(shape(spec), new ArrayList<>());
    INDArray labels = spec.labelDim() == 0 ? null : labels(spec.labelDim()).toArray();
    Map<Float, Tensor> results = new TreeMap<>();
    try (Network network = Network.of(spec, Tensor.toArrays(weights.tensors()))) {
      for (float sigma : SIGMAS) {
        results.put(sigma, denoised(network, latents, sigma, labels));
      }
    }
    return results;
  }

  private static List<Integer> shape(ArchitectureSpec spec) {
    return List.of(COUNT, spec.imgChannels(), spec.imgResolution(), spec.imgResolution());
  }

  /**
   * Computes them.
   *
   * @param network without guidance
   * @param guided as images are drawn
   */
  static Map<String, Tensor> compute(ModelBundle bundle, Denoiser network, Denoiser guided) {
    ArchitectureSpec spec = bundle.model().architecture();
    List<Integer> shape = shape(spec);
    Map<String, Tensor> tensors = new TreeMap<>();
    List<RandomGenerator> random = new ArrayList<>();
    Tensor latents = latents(shape, random);
    tensors.put("latents", latents);
    Tensor labels = spec.labelDim() == 0 ? null : labels(spec.labelDim());
    if (labels != null) {
      tensors.put("labels", labels);
    }
    tensors.put("sigma", Tensor.vector(SIGMAS));
    INDArray oneHot = labels == null ? null : labels.toArray();
    for (int i = 0; i < SIGMAS.length; i++) {
      tensors.put("denoised_" + i, denoised(network, latents, SIGMAS[i], oneHot));
    }
    Sampling sampling = bundle.sampler().sampling();
    float[] images =
        new HeunSampler(sampling.schedule(), sampling.churn())
            .sample(guided, latents.toArray(), oneHot, random);
    tensors.put(IMAGES, new Tensor(shape, images));
    return tensors;
  }

  private static Tensor latents(List<Integer> shape, List<RandomGenerator> random) {
    float[] values = new float[shape.stream().reduce(1, Math::multiplyExact)];
    int size = values.length / COUNT;
    for (int i = 0; i < COUNT; i++) {
      RandomGenerator noise = new PortableNoise(i);
      for (int k = 0; k < size; k++) {
        values[i * size + k] = (float) noise.nextGaussian();
      }
      random.add(noise);
    }
    return new Tensor(shape, values);
  }

  private static Tensor labels(int classes) {
    float[] oneHot = new float[COUNT * classes];
    for (int i = 0; i < COUNT; i++) {
      oneHot[i * classes + i % classes] = 1;
    }
    return new Tensor(List.of(COUNT, classes), oneHot);
  }

  private static Tensor denoised(
      Denoiser network, Tensor latents, float sigma, @Nullable INDArray labels) {
    INDArray noisy = latents.toArray().muli(sigma);
    return Tensor.copyOf(
        network.denoise(
            noisy, Nd4j.valueArrayOf(new long[] {COUNT}, sigma, noisy.dataType()), labels));
  }
}
