package org.edm2search.model.verification;

import java.util.Map;
import org.edm2search.model.Network;
import org.edm2search.model.TrainingStep;
import org.edm2search.model.checkpoint.InvalidTensorFileException;
import org.edm2search.model.checkpoint.ReferenceFile;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.device.Device;
import org.edm2search.space.architecture.ParameterSpec;
import org.edm2search.space.base.Edm2SearchException;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * How far this implementation is from an independent one on the same network and batch.
 *
 * @param maxDenoisedError largest absolute difference of a denoised pixel
 * @param relativeLossError difference of the loss over the loss
 * @param worstGradientError largest difference of a gradient over its L2 norm
 * @param worstGradientName the tensor it belongs to
 */
public record Verification(
    double maxDenoisedError,
    double relativeLossError,
    double worstGradientError,
    String worstGradientName) {

  /** Tolerances: absolute, relative, relative L2. */
  public static final double DENOISED_TOLERANCE = 1e-4;

  public static final double LOSS_TOLERANCE = 1e-5;
  public static final double GRADIENT_TOLERANCE = 1e-3;

  /**
   * Runs a reference forward and backward.
   *
   * @throws InvalidTensorFileException if its tensors do not fit its architecture
   */
  public static Verification of(ReferenceFile reference) {
    return of(reference, Device.current());
  }

  /** Runs a reference with the operations that are fast on a device. */
  public static Verification of(ReferenceFile reference, Device device) {
    try (Network network =
        Network.of(reference.architecture(), Tensor.toArrays(reference.weights()), device)) {
      TrainingStep step = network.trainingStep(reference.input().images().shape().get(0));
      Tensor labels = reference.input().labels();
      double loss =
          step.run(
              reference.input().images().toArray(),
              reference.input().noise().toArray(),
              reference.input().sigma().toArray(),
              labels == null ? null : labels.toArray());
      double denoised = maxDifference(step.denoised(), reference.output().denoised());
      double worst = -1;
      String worstName = "";
      long offset = 0;
      float[] gradients = step.gradients().toFloatVector();
      for (ParameterSpec spec : network.layout().parameters()) {
        if (!spec.trainable()) {
          continue;
        }
        double error = gradientError(reference, spec, gradients, Math.toIntExact(offset));
        offset += spec.size();
        if (!(error <= worst)) {
          worst = error;
          worstName = spec.name();
        }
      }
      return new Verification(
          denoised,
          Math.abs(loss - reference.output().loss()) / Math.abs(reference.output().loss()),
          worst,
          worstName);
    } catch (InvalidTensorFileException e) {
      throw e;
    } catch (Edm2SearchException | IllegalArgumentException e) {
      throw new InvalidTensorFileException(reference.file(), e.getMessage(), e);
    }
  }

  private static double maxDifference(INDArray actual, Tensor expected) {
    float[] values = actual.dup('c').reshape(actual.length()).toFloatVector();
    double worst = 0;
    for (int i = 0; i < values.length; i++) {
      double difference = Math.abs((double) values[i] - expected.values()[i]);
      // Written so that NaN counts as the worst.
      worst = difference <= worst ? worst : difference;
    }
    return worst;
  }

  private static double gradientError(
      ReferenceFile reference, ParameterSpec spec, float[] gradients, int offset) {
    Map<String, Tensor> expected = reference.output().gradients();
    Tensor tensor = expected.get(spec.name());
    if (tensor == null || !tensor.shape().equals(spec.shape())) {
      throw new InvalidTensorFileException(
          reference.file(),
          "grad/%s must have shape %s, but %s"
              .formatted(
                  spec.name(),
                  spec.shape(),
                  tensor == null ? "is missing" : "has " + tensor.shape()));
    }
    double difference = 0;
    double norm = 0;
    for (int i = 0; i < tensor.values().length; i++) {
      double value = tensor.values()[i];
      difference += Math.pow(gradients[offset + i] - value, 2);
      norm += value * value;
    }
    return Math.sqrt(difference) / Math.max(Math.sqrt(norm), 1e-30);
  }

  /** Returns whether every error is within its tolerance. */
  public boolean passes() {
    return maxDenoisedError <= DENOISED_TOLERANCE
        && relativeLossError <= LOSS_TOLERANCE
        && worstGradientError <= GRADIENT_TOLERANCE;
  }
}
