package org.edm2search.eval.fid;

import java.util.Locale;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.ImageDataset;

/** What a network learns so that its last hidden layer becomes features. */
public enum FeatureTask {
  /** To tell the classes of the data apart. */
  LABELS {
    @Override
    int classes(ImageDataset images) {
      return images.classes().size();
    }

    @Override
    ImageBatch pose(ImageBatch images, int[] choices) {
      return images;
    }
  },
  /**
   * To tell by which quarter turn (Gidaris et al. 2018, arXiv 1803.07728) and, of colour images, by
   * which cyclic exchange of red, green and blue an image was changed: needs no labels.
   */
  CHANGES {
    @Override
    int classes(ImageDataset images) {
      return TURNS * images.channels();
    }

    @Override
    ImageBatch pose(ImageBatch images, int[] choices) {
      return changed(images, choices);
    }
  };

  private static final int TURNS = 4;

  /** Returns how many answers there are. */
  abstract int classes(ImageDataset images);

  /**
   * Returns images as questions, labelled with their answers.
   *
   * @param choices one for each image, 0 to {@link #classes} − 1
   */
  abstract ImageBatch pose(ImageBatch images, int[] choices);

  private static ImageBatch changed(ImageBatch images, int[] choices) {
    int size = images.height();
    int plane = size * size;
    int channels = images.channels();
    float[] pixels = new float[images.pixels().length];
    for (int image = 0; image < images.count(); image++) {
      int turns = choices[image] % TURNS;
      int exchange = choices[image] / TURNS;
      for (int c = 0; c < channels; c++) {
        int from = (image * channels + (c + exchange) % channels) * plane;
        int to = (image * channels + c) * plane;
        for (int i = 0; i < plane; i++) {
          pixels[to + turned(i, size, turns)] = images.pixels()[from + i];
        }
      }
    }
    return new ImageBatch(pixels, choices, channels, size, size);
  }

  /** Returns where a pixel comes to be after quarter turns. */
  private static int turned(int index, int size, int turns) {
    int y = index / size;
    int x = index % size;
    return switch (turns) {
      case 0 -> index;
      case 1 -> x * size + (size - 1 - y);
      case 2 -> (size - 1 - y) * size + (size - 1 - x);
      default -> (size - 1 - x) * size + y;
    };
  }

  /** Returns the name in files and on the command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
