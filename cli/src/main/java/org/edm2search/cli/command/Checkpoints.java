package org.edm2search.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.cli.output.Console;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.source.DataChoice;
import org.edm2search.model.checkpoint.Checkpoint;
import org.edm2search.model.checkpoint.ModelBundle;
import org.edm2search.pipeline.trial.ImageSource;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;

/** Trained networks as named on the command line. */
final class Checkpoints {

  private Checkpoints() {}

  static final String DESCRIPTION =
      "A checkpoint, a directory that 'train' wrote, an exported bundle, or weights: safetensors with"
          + " EDM2's names, or PyTorch's state dict of a network of EDM2's.";

  /**
   * Reads what {@link #DESCRIPTION} says. A damaged checkpoint is replaced by the one before it,
   * with a warning.
   *
   * @param architecture file or preset, for weights that do not tell theirs; null for none
   */
  static TrainedModel read(Path path, @Nullable String architecture, Console console) {
    CampaignDirectory.requireNotFreed(directory(path));
    if (!Files.exists(path) && !Files.exists(Checkpoint.previousOf(path))) {
      throw new InvalidUseException(path + ": no such file");
    }
    return TrainedModel.read(
        path,
        Optional.ofNullable(architecture).map(name -> Architectures.named(name, console)),
        warning -> console.remark("warning: %s", warning));
  }

  /** Returns whether a path is a trained network rather than a campaign. */
  static boolean isModel(Path path) {
    String name = String.valueOf(path.getFileName());
    return ModelBundle.isBundle(path)
        || Files.isRegularFile(path.resolve(TrainedModel.CHECKPOINT))
        || Files.isRegularFile(path) && name.matches(".*\\.(safetensors|pt|pth|ckpt)");
  }

  /** Returns the directory that a checkpoint's other files are in. */
  static Path directory(Path path) {
    return Files.isDirectory(path)
        ? path
        : Objects.requireNonNull(path.toAbsolutePath().getParent(), "a file is in a directory");
  }

  /** Makes a network ready to draw; guidance that does not fit it is wrong use. */
  static ImageSource open(Supplier<ImageSource> opening) {
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
