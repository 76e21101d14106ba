package org.edm2search.model.checkpoint;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
 * @param images clean images, [N, C, H, W]
 * @param noise unit normal noise, [N, C, H, W]
 * @param sigma noise levels, [N]
 * @param labels one-hot classes, [N, classes]; null for an unconditional network
 * @param denoised expected D(images + noise·σ; σ), [N, C, H, W]
 * @param loss expected training loss
 * @param gradients expected gradients by name
 */
public record ReferenceFile(
    Path file,
    ArchitectureSpec architecture,
    Map<String, Tensor> weights,
    Tensor images,
    Tensor noise,
    Tensor sigma,
    @Nullable Tensor labels,
    Tensor denoised,
    double loss,
    Map<String, Tensor> gradients) {

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
    Tensor noise = require(file, content, "input/noise");
    Tensor denoised = require(file, content, "output/denoised");
    Tensor sigma = require(file, content, "input/sigma");
    Tensor loss = require(file, content, "output/loss");
    requireShape(file, "input/images", images, expected);
    requireShape(file, "input/noise", noise, expected);
    requireShape(file, "output/denoised", denoised, expected);
    requireShape(file, "input/sigma", sigma, List.of(batch));
    if (loss.size() != 1) {
      throw new InvalidTensorFileException(
          file, "output/loss must be one number, but has shape " + loss.shape());
    }
    for (float level : sigma.values()) {
      if (!(level > 0 && level < Float.POSITIVE_INFINITY)) {
        throw new InvalidTensorFileException(
            file, "input/sigma must be positive numbers, but one is " + level);
      }
    }
    Tensor labels = null;
    if (architecture.labelDim() > 0) {
      labels = require(file, content, "input/labels");
      requireShape(file, "input/labels", labels, List.of(batch, architecture.labelDim()));
    }
    List<ParameterSpec> parameters = UNetLayout.of(architecture).parameters();
    Map<String, Tensor> weights = content.under("weight/");
    TensorShapes.require(file, "weight/", parameters, weights);
    Map<String, Tensor> gradients = content.under("grad/");
    TensorShapes.require(
        file, "grad/", parameters.stream().filter(ParameterSpec::trainable).toList(), gradients);
    return new ReferenceFile(
        file,
        architecture,
        weights,
        images,
        noise,
        sigma,
        labels,
        denoised,
        loss.doubles()[0],
        gradients);
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
