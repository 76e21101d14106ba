package org.edm2search.eval;

import java.util.List;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;

/** A data set of a test. */
public record ImagesInMemory(ImageBatch all, List<String> classes) implements ImageDataset {

  @Override
  public String name() {
    return "in memory";
  }

  @Override
  public int count() {
    return all.count();
  }

  @Override
  public int channels() {
    return all.channels();
  }

  @Override
  public int resolution() {
    return all.height();
  }

  @Override
  public int[] labels() {
    return all.labels();
  }

  @Override
  public String digest() {
    return "0".repeat(64);
  }

  @Override
  public ImageBatch read(int... indices) {
    int size = all.imageSize();
    float[] pixels = new float[indices.length * size];
    int[] labels = new int[indices.length];
    for (int i = 0; i < indices.length; i++) {
      System.arraycopy(all.pixels(), indices[i] * size, pixels, i * size, size);
      labels[i] = all.labels()[indices[i]];
    }
    return new ImageBatch(pixels, labels, all.channels(), all.height(), all.width());
  }
}
