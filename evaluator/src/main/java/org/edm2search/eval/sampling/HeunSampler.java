package org.edm2search.eval.sampling;

import java.util.List;
import java.util.random.RandomGenerator;
import org.edm2search.model.Denoiser;
import org.edm2search.model.device.HostView;
import org.edm2search.model.sampling.Churn;
import org.edm2search.model.sampling.SigmaSchedule;
import org.jspecify.annotations.Nullable;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Second-order sampler (EDM, algorithms 1 and 2): the state in double precision, the network in
 * float32.
 *
 * @param schedule noise levels
 * @param churn stochasticity
 */
public record HeunSampler(SigmaSchedule schedule, Churn churn) {

  /**
   * Draws a batch of images.
   *
   * @param denoiser network, with its guidance
   * @param latents unit normal noise, float32 [N, C, H, W]
   * @param labels one-hot classes, float32 [N, classes], or null
   * @param random generator of each image's churn, which follows its latent; unused without churn
   * @return images, row-major [N, C, H, W], about in [−1, 1]
   */
  public float[] sample(
      Denoiser denoiser,
      INDArray latents,
      @Nullable INDArray labels,
      List<RandomGenerator> random) {
    Run run = new Run(denoiser, latents, labels, random);
    double[] sigmas = schedule.sigmas();
    for (int i = 0; i < schedule.steps(); i++) {
      run.step(sigmas[i], sigmas[i + 1]);
    }
    return run.images();
  }

  private final class Run {
    private final Denoiser denoiser;
    private final @Nullable INDArray labels;
    private final List<RandomGenerator> random;
    private final INDArray input;
    private final INDArray sigmaInput;
    private final double[] x;
    private final float[] buffer;

    Run(
        Denoiser denoiser,
        INDArray latents,
        @Nullable INDArray labels,
        List<RandomGenerator> random) {
      this.denoiser = denoiser;
      this.labels = labels;
      this.random = random;
      input = Nd4j.create(DataType.FLOAT, latents.shape());
      sigmaInput = Nd4j.create(DataType.FLOAT, latents.size(0));
      buffer = new float[Math.toIntExact(latents.length())];
      x = new double[buffer.length];
      float[] start = latents.dup('c').reshape(latents.length()).toFloatVector();
      double sigma = schedule.sigmas()[0];
      for (int k = 0; k < x.length; k++) {
        x[k] = sigma * start[k];
      }
    }

    void step(double sigma, double next) {
      double from = churn.start(sigma, schedule.steps());
      if (from > sigma) {
        addNoise(Math.sqrt(from * from - sigma * sigma) * churn.noise());
      }
      double[] slope = slope(x, from);
      double[] euler = new double[x.length];
      for (int k = 0; k < x.length; k++) {
        euler[k] = x[k] + (next - from) * slope[k];
      }
      if (next == 0) {
        System.arraycopy(euler, 0, x, 0, x.length);
        return;
      }
      double[] second = slope(euler, next);
      for (int k = 0; k < x.length; k++) {
        x[k] += (next - from) * (slope[k] + second[k]) / 2;
      }
    }

    private void addNoise(double scale) {
      int size = x.length / random.size();
      for (int k = 0; k < x.length; k++) {
        x[k] += scale * (float) random.get(k / size).nextGaussian();
      }
    }

    /** Returns (x − D(x; σ))/σ. */
    private double[] slope(double[] state, double sigma) {
      for (int k = 0; k < buffer.length; k++) {
        buffer[k] = (float) state[k];
      }
      HostView.write(input, buffer);
      sigmaInput.assign(sigma);
      INDArray denoised = denoiser.denoise(input, sigmaInput, labels);
      float[] values = denoised.dup('c').reshape(denoised.length()).toFloatVector();
      double[] slope = new double[state.length];
      for (int k = 0; k < slope.length; k++) {
        slope[k] = (state[k] - values[k]) / sigma;
      }
      return slope;
    }

    float[] images() {
      float[] images = new float[x.length];
      for (int k = 0; k < x.length; k++) {
        images[k] = (float) x[k];
      }
      input.close();
      sigmaInput.close();
      return images;
    }
  }
}
