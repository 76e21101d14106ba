package org.edm2search.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.edm2search.cli.output.Console;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.source.DataChoice;
import org.edm2search.pipeline.trial.Draw;
import org.edm2search.space.Edm2SearchException;
import org.edm2search.train.TrainedCandidate;

/** Trained networks as named on the command line. */
final class Checkpoints {

  private Checkpoints() {}

  /** Reads a checkpoint file, or the one in a directory. */
  static TrainedCandidate read(Path path) {
    if (!Files.exists(path)) {
      throw new InvalidUseException(path + ": no such file");
    }
    return Files.isDirectory(path)
        ? TrainedCandidate.read(path)
        : TrainedCandidate.ofCheckpoint(path);
  }

  /** Makes a network ready to draw; guidance that does not fit it is wrong use. */
  static Draw open(Supplier<Draw> opening) {
    try {
      return opening.get();
    } catch (Edm2SearchException e) {
      throw new InvalidUseException(e.getMessage(), e);
    }
  }

  /** Loads a data set that a network asks for. */
  static ImageDataset load(DataChoice choice, Console console) {
    try (DatasetLine line = DatasetLine.on(console)) {
      return choice.load(line);
    } catch (IllegalArgumentException e) {
      throw new InvalidUseException(e.getMessage(), e);
    }
  }
}
