package org.edm2search.model.checkpoint;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.ParameterSpec;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.jspecify.annotations.Nullable;

/**
 * A network with a batch and what an independent implementation computed from them.
 *
 * <p>File layout: the architecture in the metadata; tensors {@code weight/*}, {@code
 * input/{images,noise,sigma,labels}}, {@code output/{denoised,loss}} and {@code grad/*}, the
 * gradients of the loss with respect to the stored weights.
 *
 * @param file where it was read from
 * @param architecture the network
 * @param weights every tensor of the network
 * @param input a batch
 * @param output what was computed from it
 */
public record ReferenceFile(
    Path file,
    ArchitectureSpec architecture,
    Map<String, Tensor> weights,
    Input input,
    Output output) {

  public ReferenceFile {
    weights = Collections.unmodifiableMap(new TreeMap<>(weights));
  }

  /**
   * A batch with its noise.
   *
   * @param images clean images, [N, C, H, W]
   * @param noise unit normal noise, [N, C, H, W]
   * @param sigma noise levels, [N]
   * @param labels one-hot classes, [N, classes]; null for an unconditional network
   */
  public record Input(Tensor images, Tensor noise, Tensor sigma, @Nullable Tensor labels) {

    private static Input read(Path file, TensorFile content, ArchitectureSpec architecture) {
      Tensor images = require(file, content, "input/images");
      if (images.shape().size() != 4 || images.shape().get(0) == 0) {
        throw new InvalidTensorFileException(
            file, "input/images must have shape [N, C, H, W], but has " + images.shape());
      }
      int batch = images.shape().get(0);
      List<Integer> expected =
          List.of(
              batch,
              architecture.imgChannels(),
              architecture.imgResolution(),
              architecture.imgResolution());
      requireShape(file, "input/images", images, expected);
      Tensor noise = require(file, content, "input/noise", expected);
      Tensor sigma = require(file, content, "input/sigma", List.of(batch));
      for (float level : sigma.values()) {
        if (!(level > 0 && level < Float.POSITIVE_INFINITY)) {
          throw new InvalidTensorFileException(
              file, "input/sigma must be positive numbers, but one is " + level);
        }
      }
      Tensor labels =
          architecture.labelDim() > 0
              ? require(file, content, "input/labels", List.of(batch, architecture.labelDim()))
              : null;
      return new Input(images, noise, sigma, labels);
    }
  }

  /**
   * What an independent implementation computed.
   *
   * @param denoised D(images + noise·σ; σ), [N, C, H, W]
   * @param loss of training
   * @param gradients of the loss, by name of the trained tensor
   */
  public record Output(Tensor denoised, double loss, Map<String, Tensor> gradients) {

    public Output {
      gradients = Collections.unmodifiableMap(new TreeMap<>(gradients));
    }

    private static Output read(
        Path file, TensorFile content, Input input, List<ParameterSpec> parameters) {
      Tensor denoised = require(file, content, "output/denoised", input.images().shape());
      Tensor loss = require(file, content, "output/loss");
      if (loss.size() != 1) {
        throw new InvalidTensorFileException(
            file, "output/loss must be one number, but has shape " + loss.shape());
      }
      Map<String, Tensor> gradients = content.under("grad/");
      TensorShapes.require(
          file, "grad/", parameters.stream().filter(ParameterSpec::trainable).toList(), gradients);
      return new Output(denoised, loss.doubles()[0], gradients);
    }
  }

  /**
   * Reads a file.
   *
   * @throws InvalidTensorFileException if it is not laid out so, naming the tensor that is missing
   *     or misshaped
   */
  public static ReferenceFile read(Path file) {
    TensorFile content = Safetensors.read(file);
    ArchitectureSpec architecture =
        ArchitectureYaml.fromMetadata(content.metadata(), file.toString());
    Input input = Input.read(file, content, architecture);
    List<ParameterSpec> parameters = UNetLayout.of(architecture).parameters();
    Map<String, Tensor> weights = content.under("weight/");
    TensorShapes.require(file, "weight/", parameters, weights);
    return new ReferenceFile(
        file, architecture, weights, input, Output.read(file, content, input, parameters));
  }

  private static Tensor require(Path file, TensorFile content, String name, List<Integer> shape) {
    Tensor tensor = require(file, content, name);
    requireShape(file, name, tensor, shape);
    return tensor;
  }

  private static Tensor require(Path file, TensorFile content, String name) {
    Tensor tensor = content.tensors().get(name);
    if (tensor == null) {
      throw new InvalidTensorFileException(file, "has no tensor '%s'".formatted(name));
    }
    return tensor;
  }

  private static void requireShape(Path file, String name, Tensor tensor, List<Integer> expected) {
    if (!tensor.shape().equals(expected)) {
      throw new InvalidTensorFileException(
          file, "%s must have shape %s, but has %s".formatted(name, expected, tensor.shape()));
    }
  }
}
