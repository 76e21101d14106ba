package org.edm2search.eval.reference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.eval.fid.NearestNeighbours;
import org.edm2search.space.base.Sha256;

/** Looks for training images among samples. */
public final class CopySearch {

  private final ImageDataset training;
  private final NearestNeighbours samples;
  private final NearestNeighbours real;
  private final BitSet trainedOn;
  private final int heldOut;

  private CopySearch(
      ImageDataset training,
      NearestNeighbours samples,
      NearestNeighbours real,
      BitSet trainedOn,
      int heldOut) {
    this.training = training;
    this.samples = samples;
    this.real = real;
    this.trainedOn = trainedOn;
    this.heldOut = heldOut;
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
    int count = Math.min(features.length, heldOut.count());
    double[][] realRows = new double[count][];
    List<String> realPixels = new ArrayList<>();
    int batchSize = heldOut.batchSize();
    for (int first = 0; first < count; first += batchSize) {
      ImageBatch some =
          heldOut.read(IntStream.range(first, Math.min(first + batchSize, count)).toArray());
      System.arraycopy(extractor.features(some), 0, realRows, first, some.count());
      realPixels.addAll(pixelDigests(some));
    }
    NearestNeighbours real = new NearestNeighbours(realRows);
    Set<String> wanted = new HashSet<>(realPixels);
    Set<String> found = new HashSet<>();
    int done = 0;
    for (ImageBatch batch : training.batches()) {
      double[][] seen = extractor.features(batch);
      samples.add(seen);
      real.add(seen);
      pixelDigests(batch).stream().filter(wanted::contains).forEach(found::add);
      done += batch.count();
      progress.accept(done);
    }
    BitSet trainedOn = new BitSet(count);
    IntStream.range(0, count)
        .filter(i -> found.contains(realPixels.get(i)))
        .forEach(trainedOn::set);
    return new CopySearch(training, samples, real, trainedOn, count);
  }

  /** Returns a digest of each image's pixels as bytes: equal for equal images only. */
  private static List<String> pixelDigests(ImageBatch images) {
    List<String> digests = new ArrayList<>();
    byte[] bytes = new byte[images.imageSize()];
    for (int image = 0; image < images.count(); image++) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) FeatureExtractor.toByte(images.pixels()[image * bytes.length + i]);
      }
      digests.add(new Sha256().add(bytes).hex());
    }
    return digests;
  }

  /** Returns the number of held-out images that were compared. */
  public int heldOut() {
    return heldOut;
  }

  /** Returns how many of the held-out images are training images, pixel for pixel. */
  public int trainedOn() {
    return trainedOn.cardinality();
  }

  /**
   * Returns the share of samples that are copies; about 0.01 without memorization. Held-out images
   * that are training images are left out; empty if all are such.
   */
  public OptionalDouble memorizedShare() {
    double[] all = real.distances();
    double[] unseen =
        IntStream.range(0, all.length)
            .filter(i -> !trainedOn.get(i))
            .mapToDouble(i -> all[i])
            .toArray();
    return unseen.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(NearestNeighbours.memorizedShare(samples.distances(), unseen));
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
