package org.edm2search.pipeline.release;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.edm2search.pipeline.trial.TrainedModel;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;

/** Copies what training needs to go on elsewhere: the checkpoint and its snapshots. */
public final class CheckpointCopy {

  private static final String SNAPSHOTS = "snapshots";

  private CheckpointCopy() {}

  /**
   * Copies, unless the directory has a checkpoint. The checkpoint comes last, so that a copy that
   * was interrupted is made again.
   *
   * @throws Edm2SearchException if that fails
   */
  public static void of(Path from, Path to) {
    Path checkpoint = to.resolve(TrainedModel.CHECKPOINT);
    if (Files.exists(checkpoint)) {
      return;
    }
    try {
      Files.createDirectories(to.resolve(SNAPSHOTS));
      for (Path snapshot : snapshots(from.resolve(SNAPSHOTS))) {
        copy(snapshot, to.resolve(SNAPSHOTS).resolve(snapshot.getFileName()));
      }
      copy(from.resolve(TrainedModel.CHECKPOINT), checkpoint);
    } catch (IOException e) {
      throw new Edm2SearchException(
          "%s: cannot be copied to %s: %s".formatted(from, to, AtomicFile.reason(e)), e);
    }
  }

  private static List<Path> snapshots(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Path temporary = AtomicFile.beside(to.toAbsolutePath());
    try {
      Files.copy(from, temporary);
      Files.move(
          temporary, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }
}
