package org.edm2search.cli.trial;

import java.util.List;
import org.edm2search.space.yaml.Section;
import org.edm2search.train.data.FashionMnist;
import org.edm2search.train.data.ImageDataset;

/**
 * What to train on and to compare with: a campaign's {@code data} section.
 *
 * @param dataset name of the data set
 * @param resolution rows and columns, pixels
 * @param classConditional whether networks are told the class
 */
public record DataChoice(String dataset, int resolution, boolean classConditional) {

  private static final List<Integer> RESOLUTIONS = List.of(4, 8, 16, 32);

  /** Reads the section and rejects unknown keys. */
  public static DataChoice read(Section section) {
    String dataset = section.string("dataset");
    if (!dataset.equals(FashionMnist.NAME)) {
      throw section.error(
          "dataset",
          "there is no file and no data set '%s'; built in is %s"
              .formatted(dataset, FashionMnist.NAME));
    }
    int resolution = section.integer("resolution", 16);
    if (!RESOLUTIONS.contains(resolution)) {
      throw section.error(
          "resolution", "must be 4, 8, 16 or 32 pixels, but is %d".formatted(resolution));
    }
    DataChoice choice =
        new DataChoice(dataset, resolution, section.bool("class_conditional", true));
    section.rejectUnknown();
    return choice;
  }

  /** Loads the training images. */
  public ImageDataset load() {
    return FashionMnist.load(FashionMnist.Split.TRAINING, resolution);
  }

  /** Returns the number of classes a network is told of; 0 for unconditional networks. */
  public int labelDim(ImageDataset images) {
    return classConditional ? images.classes().size() : 0;
  }
}
