package org.edm2search.data;

import java.util.Arrays;
import java.util.List;
import org.edm2search.space.base.Sha256;

/** Some images of a data set, in their order there. */
final class ImageSubset implements ImageDataset {

  private final ImageDataset all;
  private final int[] chosen;
  private final int[] labels;
  private final String digest;

  /**
   * Chooses images.
   *
   * @param chosen their positions, ascending
   */
  ImageSubset(ImageDataset all, int... chosen) {
    this.all = all;
    this.chosen = chosen.clone();
    int[] every = all.labels();
    this.labels = Arrays.stream(chosen).map(position -> every[position]).toArray();
    this.digest = new Sha256().add(all.digest()).add(Arrays.toString(chosen)).hex();
  }

  @Override
  public String name() {
    return all.name();
  }

  @Override
  public int count() {
    return chosen.length;
  }

  @Override
  public int channels() {
    return all.channels();
  }

  @Override
  public int resolution() {
    return all.resolution();
  }

  @Override
  public List<String> classes() {
    return all.classes();
  }

  @Override
  public int[] labels() {
    return labels.clone();
  }

  @Override
  public String digest() {
    return digest;
  }

  @Override
  public ImageBatch read(int... indices) {
    return all.read(Arrays.stream(indices).map(index -> chosen[index]).toArray());
  }

  @Override
  public int batchSize() {
    return all.batchSize();
  }
}
