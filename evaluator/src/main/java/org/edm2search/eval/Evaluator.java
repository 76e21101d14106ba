package org.edm2search.eval;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.sampling.PortableNoise;
import org.edm2search.model.Denoiser;
import org.edm2search.space.base.Edm2SearchException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Draws samples from a denoiser by a protocol and measures them. */
public final class Evaluator {

  /** Samples whose features are kept together. */
  private static final int KEPT_SAMPLES = 1000;

  private final EvaluationProtocol protocol;
  private final ImageShape shape;

  /** Told of drawn images. */
  @FunctionalInterface
  public interface Progress {
    /** Called after each batch. */
    void drawn(int images, int total);
  }

  /** Evaluates networks that draw images of one shape. */
  public Evaluator(EvaluationProtocol protocol, ImageShape shape) {
    this.protocol = protocol;
    this.shape = shape;
  }

  /**
   * Draws the protocol's samples and measures their distance to a reference. Every denoiser gets
   * the same latents and labels.
   *
   * @param denoiser network, with its guidance
   * @param reference what the meter was made for
   * @throws Edm2SearchException if the samples are not finite
   */
  public Evaluation evaluate(
      Denoiser denoiser,
      FeatureExtractor extractor,
      Reference reference,
      DistanceMeter meter,
      Progress progress) {
    return evaluate(denoiser, extractor, reference, meter, SampledFeatures.NONE, progress);
  }

  /**
   * Does the same, and resumes where an earlier evaluation stopped.
   *
   * @param kept features of the same denoiser's samples by the same protocol
   */
  public Evaluation evaluate(
      Denoiser denoiser,
      FeatureExtractor extractor,
      Reference reference,
      DistanceMeter meter,
      SampledFeatures kept,
      Progress progress) {
    long start = System.nanoTime();
    int total = protocol.samples();
    // Whole batches: the same images are drawn together, whether it is resumed or not.
    int block = protocol.batch() * Math.max(1, KEPT_SAMPLES / protocol.batch());
    List<double[]> features = new ArrayList<>();
    while (features.size() < total) {
      int first = features.size();
      int count = Math.min(block, total - first);
      Optional<double[][]> known =
          kept.find(first, count).filter(some -> some[0].length == extractor.dimensions());
      if (known.isPresent()) {
        features.addAll(List.of(known.get()));
        progress.drawn(features.size(), total);
        continue;
      }
      while (features.size() < first + count) {
        int next = features.size();
        int end = Math.min(next + protocol.batch(), first + count);
        features.addAll(List.of(extractor.features(finite(denoiser, next, end))));
        progress.drawn(features.size(), total);
      }
      if (total > block) {
        kept.keep(first, features.subList(first, first + count).toArray(double[][]::new));
      }
    }
    double[][] rows = features.toArray(double[][]::new);
    return new Evaluation(
        protocol.objective(),
        meter.distances(rows, protocol.seed()),
        meter.densityCoverage(rows),
        rows,
        new Evaluation.Effort(
            total, protocol.sampling().evaluations(), (System.nanoTime() - start) / 1e9),
        new Evaluation.Protocol(
            protocol.label(extractor.id()),
            protocol.describe(extractor, reference.id()),
            protocol.digest(extractor, reference.id())));
  }

  private ImageBatch finite(Denoiser denoiser, int first, int end) {
    ImageBatch images = draw(denoiser, IntStream.range(first, end).toArray());
    for (float pixel : images.pixels()) {
      if (!Float.isFinite(pixel)) {
        throw new Edm2SearchException("the network draws images that are not finite");
      }
    }
    return images;
  }

  /**
   * Returns the distances that real images score: the floor, which no network can be expected to
   * beat. Takes as many as the protocol draws, so that the bias of small numbers is the same, and
   * of the same classes.
   *
   * @param heldOut real images outside the reference
   * @param classes names of the classes that networks are told of; empty for unconditional ones
   * @throws Edm2SearchException if there are too few
   */
  public Floor floor(
      ImageDataset heldOut, List<String> classes, FeatureExtractor extractor, DistanceMeter meter) {
    HeldOutDraw drawn =
        HeldOutDraw.of(heldOut, classes, labels(protocol.samples()), protocol.seed());
    int[] indices = drawn.indices();
    double[][] rows = new double[indices.length][];
    int batch = heldOut.batchSize();
    for (int first = 0; first < indices.length; first += batch) {
      int end = Math.min(first + batch, indices.length);
      double[][] some = extractor.features(heldOut.read(Arrays.copyOfRange(indices, first, end)));
      System.arraycopy(some, 0, rows, first, some.length);
    }
    return new Floor(meter.distances(rows, protocol.seed()), indices.length, drawn.repeated());
  }

  /** Returns the labels of the protocol's first images. */
  int[] labels(int count) {
    int[] labels = new int[count];
    float[] latent = new float[shape.size()];
    for (int i = 0; i < count; i++) {
      RandomGenerator random = generator(protocol.seed() + i);
      latent(random, latent, 0);
      labels[i] = label(random);
    }
    return labels;
  }

  private int label(RandomGenerator random) {
    return shape.classes() == 0 ? -1 : protocol.set().labels().draw(random, shape.classes());
  }

  /**
   * Draws images of the protocol by number: to rounding, those that {@link #evaluate} measures.
   *
   * @param numbers 0 to the protocol's number − 1
   */
  public ImageBatch draw(Denoiser denoiser, int... numbers) {
    int count = numbers.length;
    int[] labels = new int[count];
    List<RandomGenerator> generators = new ArrayList<>();
    float[] latents = new float[count * shape.size()];
    for (int i = 0; i < count; i++) {
      RandomGenerator random = generator(protocol.seed() + numbers[i]);
      latent(random, latents, i);
      labels[i] = label(random);
      generators.add(random);
    }
    return draw(denoiser, latents, labels, generators);
  }

  /**
   * Draws a grid of images from fixed noise: one class a column, or unconditional ones. The noise
   * is {@link PortableNoise}, other than that of the protocol's own images, so that other programs
   * draw the same grid.
   *
   * @param rows images of a class
   * @param columns images in a row of an unconditional network
   */
  public ImageBatch grid(Denoiser denoiser, int rows, int columns) {
    int width = shape.classes() == 0 ? columns : shape.classes();
    int count = rows * width;
    int[] labels = new int[count];
    List<RandomGenerator> generators = new ArrayList<>();
    float[] latents = new float[count * shape.size()];
    for (int i = 0; i < count; i++) {
      RandomGenerator random = new PortableNoise(protocol.seed() + i);
      latent(random, latents, i);
      labels[i] = shape.classes() == 0 ? -1 : i % width;
      generators.add(random);
    }
    return draw(denoiser, latents, labels, generators);
  }

  private static RandomGenerator generator(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 0x9E3779B97F4A7C15L);
  }

  private void latent(RandomGenerator random, float[] latents, int image) {
    for (int k = 0; k < shape.size(); k++) {
      latents[image * shape.size() + k] = (float) random.nextGaussian();
    }
  }

  private ImageBatch draw(
      Denoiser denoiser, float[] latents, int[] labels, List<RandomGenerator> generators) {
    int count = labels.length;
    INDArray noise =
        Nd4j.createFromArray(latents)
            .reshape(count, shape.channels(), shape.resolution(), shape.resolution());
    INDArray oneHot = null;
    if (shape.classes() > 0) {
      oneHot = Nd4j.create(DataType.FLOAT, count, shape.classes());
      for (int i = 0; i < count; i++) {
        oneHot.putScalar(i, labels[i], 1);
      }
    }
    float[] pixels = protocol.sampler().sample(denoiser, noise, oneHot, generators);
    return new ImageBatch(pixels, labels, shape.channels(), shape.resolution(), shape.resolution());
  }
}
