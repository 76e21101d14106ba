package org.edm2search.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import org.edm2search.cli.output.Console;
import org.edm2search.data.ImageDataset;
import org.edm2search.data.format.FashionMnist;
import org.edm2search.data.format.FileDataset;
import org.edm2search.data.source.DataChoice;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a command compares samples with, beside the training set. */
final class HeldOutOptions {

  @Option(
      names = "--floor",
      description = {
        "Also score as many held-out real images: no network can be expected to score lower."
      })
  private boolean floor;

  @Option(
      names = "--memorized",
      description = {
        "Also look for copies: the share of samples that are closer to a training image than all"
            + " but 1 %% of held-out real images. About 0.01 is right. Reads the whole training set."
      })
  private boolean memorized;

  @Option(
      names = "--neighbours",
      paramLabel = "FILE.png",
      description =
          "With --memorized: a picture of the samples closest to a training image, each with that"
              + " image on its right.")
  private @Nullable Path neighbours;

  @Option(
      names = "--held-out",
      paramLabel = "PATH",
      description =
          "Real images outside the training set for --floor and --memorized: a directory or archive,"
              + " as data sets are given. Default: fashion-mnist's own.")
  private @Nullable Path heldOut;

  boolean floor() {
    return floor;
  }

  boolean memorized() {
    return memorized;
  }

  /** Returns the picture to write of samples beside training images. */
  Optional<Path> neighbours() {
    return Optional.ofNullable(neighbours);
  }

  /** Refuses what contradicts itself or the data set, before anything is read. */
  void requireFit(DataChoice data) {
    if ((floor || memorized) && heldOut == null && !(data.source() instanceof DataChoice.BuiltIn)) {
      throw new InvalidUseException(
          "--floor and --memorized need held-out images: name them by --held-out");
    }
    if (heldOut != null && !Files.exists(heldOut)) {
      throw new InvalidUseException("--held-out: there is no file '%s'".formatted(heldOut));
    }
    if (heldOut != null && !floor && !memorized) {
      throw new InvalidUseException("--held-out needs --floor or --memorized");
    }
    if (neighbours != null && !memorized) {
      throw new InvalidUseException("--neighbours needs --memorized");
    }
  }

  /** Returns the held-out images if any are asked for. */
  Optional<ImageDataset> load(ArchitectureSpec spec, Console console) {
    if (!floor && !memorized) {
      return Optional.empty();
    }
    if (heldOut == null) {
      return Optional.of(FashionMnist.load(FashionMnist.Split.TEST, spec.imgResolution()));
    }
    FileDataset.Request request =
        new FileDataset.Request(
            Optional.empty(),
            OptionalInt.of(spec.imgResolution()),
            OptionalInt.of(spec.imgChannels()));
    return Optional.of(Checkpoints.load(DataChoice.ofFiles(heldOut, request), console));
  }
}
