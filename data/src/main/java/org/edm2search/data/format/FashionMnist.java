package org.edm2search.data.format;

import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.space.base.Sha256;

/**
 * The built-in data set: Fashion-MNIST (Xiao et al. 2017, arXiv 1708.07747; MIT licence), 28×28
 * grey images of clothes in ten classes, zero-padded to 32×32 and area-averaged to lower
 * resolutions.
 */
public final class FashionMnist implements ImageDataset {

  /** Name in a campaign's {@code data} section. */
  public static final String NAME = "fashion-mnist";

  private static final List<String> CLASSES =
      List.of(
          "T-shirt/top",
          "trouser",
          "pullover",
          "dress",
          "coat",
          "sandal",
          "shirt",
          "sneaker",
          "bag",
          "ankle boot");

  private static final int SOURCE = 28;
  private static final int PADDED = 32;

  /** Which images. */
  public enum Split {
    /** 60,000 images to train on. */
    TRAINING("train"),
    /** 10,000 held-out images. */
    TEST("t10k");

    private final String prefix;

    Split(String prefix) {
      this.prefix = prefix;
    }
  }

  private final Split split;
  private final int resolution;
  private final float[] pixels;
  private final byte[] labels;
  private final String digest;

  private FashionMnist(Split split, int resolution, IdxFile images, IdxFile labels) {
    this.split = split;
    this.resolution = resolution;
    this.labels = labels.bytes();
    this.pixels = resize(images, resolution);
    this.digest = digest(images.bytes(), labels.bytes(), resolution);
  }

  /**
   * Loads a split.
   *
   * @param resolution rows and columns, pixels: 32, 16, 8 or 4
   */
  public static FashionMnist load(Split split, int resolution) {
    if (resolution < 4 || resolution > PADDED || PADDED % resolution != 0) {
      throw new IllegalArgumentException(
          "fashion-mnist has the resolutions 32, 16, 8 and 4, but not " + resolution);
    }
    IdxFile images = resource(split.prefix + "-images-idx3-ubyte.gz", 3);
    IdxFile labels = resource(split.prefix + "-labels-idx1-ubyte.gz", 1);
    int[] shape = images.shape();
    if (shape[1] != SOURCE || shape[2] != SOURCE || shape[0] != labels.shape()[0]) {
      throw new InvalidDatasetException(NAME, "images and labels do not fit each other");
    }
    return new FashionMnist(split, resolution, images, labels);
  }

  private static IdxFile resource(String file, int rank) {
    InputStream stream = FashionMnist.class.getResourceAsStream(NAME + "/" + file);
    if (stream == null) {
      throw new InvalidDatasetException(file, "is missing from the installation");
    }
    return IdxFile.read(file, stream, rank);
  }

  private static float[] resize(IdxFile images, int resolution) {
    int count = images.shape()[0];
    int border = (PADDED - SOURCE) / 2;
    int factor = PADDED / resolution;
    float[] pixels = new float[count * resolution * resolution];
    int[] sums = new int[resolution * resolution];
    for (int image = 0; image < count; image++) {
      Arrays.fill(sums, 0);
      for (int y = 0; y < SOURCE; y++) {
        int row = (y + border) / factor * resolution;
        for (int x = 0; x < SOURCE; x++) {
          sums[row + (x + border) / factor] +=
              images.bytes()[(image * SOURCE + y) * SOURCE + x] & 0xff;
        }
      }
      for (int i = 0; i < sums.length; i++) {
        pixels[image * sums.length + i] =
            (float) (sums[i] / (double) (factor * factor) / 127.5 - 1);
      }
    }
    return pixels;
  }

  private static String digest(byte[] images, byte[] labels, int resolution) {
    return new Sha256().add(images).add(labels).add((byte) resolution).hex();
  }

  @Override
  public String name() {
    return split == Split.TRAINING ? NAME : NAME + " (test)";
  }

  @Override
  public int count() {
    return labels.length;
  }

  @Override
  public int channels() {
    return 1;
  }

  @Override
  public int resolution() {
    return resolution;
  }

  @Override
  public List<String> classes() {
    return CLASSES;
  }

  @Override
  public int[] labels() {
    int[] classes = new int[labels.length];
    Arrays.setAll(classes, i -> labels[i]);
    return classes;
  }

  @Override
  public String digest() {
    return digest;
  }

  @Override
  public ImageBatch read(int... indices) {
    int size = resolution * resolution;
    float[] batch = new float[indices.length * size];
    int[] classes = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(pixels, indices[i] * size, batch, i * size, size);
      classes[i] = labels[indices[i]];
    }
    return new ImageBatch(batch, classes, 1, resolution, resolution);
  }
}
