package org.edm2search.eval.reference;

import java.util.Arrays;
import java.util.Comparator;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.fid.NearestNeighbours;

/** Looks for training images among samples. */
public final class CopySearch {

  private final ImageDataset training;
  private final NearestNeighbours samples;
  private final NearestNeighbours real;

  private CopySearch(ImageDataset training, NearestNeighbours samples, NearestNeighbours real) {
    this.training = training;
    this.samples = samples;
    this.real = real;
  }

  /**
   * Compares samples with all training images.
   *
   * @param features of the samples, [n, d]
   * @param heldOut images outside the training set; as many are taken as there are samples, at most
   * @param progress told of training images done
   */
  public static CopySearch of(
      double[][] features,
      ImageDataset training,
      ImageDataset heldOut,
      FeatureExtractor extractor,
      IntConsumer progress) {
    NearestNeighbours samples = new NearestNeighbours(features);
    int[] others = IntStream.range(0, Math.min(features.length, heldOut.count())).toArray();
    NearestNeighbours real =
        new NearestNeighbours(FeatureRows.measure(heldOut, others, extractor, compared -> {}));
    int done = 0;
    for (ImageBatch batch : training.batches()) {
      double[][] seen = extractor.features(batch);
      samples.add(seen);
      real.add(seen);
      done += batch.count();
      progress.accept(done);
    }
    return new CopySearch(training, samples, real);
  }

  /** Returns the share of samples that are copies; about 0.01 without memorization. */
  public double memorizedShare() {
    return NearestNeighbours.memorizedShare(samples, real);
  }

  /** Returns the numbers of the samples closest to a training image, closest first. */
  public int[] closest(int count) {
    double[] distances = samples.distances();
    return IntStream.range(0, distances.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> distances[i]))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Returns the training image nearest to each of some samples. */
  public ImageBatch nearest(int... numbers) {
    long[] indices = samples.indices();
    return training.read(
        Arrays.stream(numbers).map(number -> Math.toIntExact(indices[number])).toArray());
  }
}
