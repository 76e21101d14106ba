package org.edm2search.eval.inception;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.LongConsumer;
import org.edm2search.eval.fid.InvalidFeaturesException;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.TensorFile;
import org.edm2search.space.base.Edm2SearchException;

/**
 * Where a user's weights are kept: one safetensors file, which remembers the hash of the file that
 * it was made from, and its own hash beside it in the format of {@code sha256sum}. That finds
 * damage; it does not keep users from deceiving themselves in their own directory, so hashes that a
 * file tells of itself are believed here and nowhere else.
 *
 * @param directory the program's cache directory; made when needed
 */
public record WeightsStore(Path directory) {

  private static final String NAME = "inception-2015-12-05.safetensors";
  private static final String SOURCE = "source_sha256";
  private static final String SHA256 = "[0-9a-f]{64}";

  /** Returns the file that holds the weights, or will. */
  public Path file() {
    return directory.resolve(NAME);
  }

  private Path checksum() {
    return directory.resolve(NAME + ".sha256");
  }

  /** Returns whether weights are installed. */
  public boolean installed() {
    return Files.exists(file());
  }

  /**
   * Keeps weights, in place of others.
   *
   * @return the SHA-256 of the file written
   * @throws Edm2SearchException if it cannot be written
   */
  public String install(InceptionWeights weights, LongConsumer progress) {
    try {
      // An old checksum beside a new file would look like damage, a missing one says what happened.
      Files.createDirectories(directory);
      Files.deleteIfExists(checksum());
      Safetensors.write(
          file(),
          new TensorFile(Map.of("format", "pt", SOURCE, weights.sha256()), weights.tensors()));
      String sha256 = InceptionWeights.sha256(file(), progress);
      Files.writeString(checksum(), "%s  %s%n".formatted(sha256, NAME));
      return sha256;
    } catch (IOException e) {
      throw new Edm2SearchException(
          "%s: the weights cannot be kept there: %s".formatted(directory, e), e);
    }
  }

  /**
   * Reads the installed weights.
   *
   * @throws InvalidFeaturesException if they are damaged
   * @throws org.edm2search.model.checkpoint.InvalidTensorFileException if they cannot be read
   */
  public InceptionWeights read(LongConsumer progress) {
    String sha256 = InceptionWeights.sha256(file(), progress);
    if (!sha256().equals(sha256)) {
      throw new InvalidFeaturesException(
          "%s: its SHA-256 is not the one in %s: damaged, or put there by hand; run"
                  .formatted(file(), checksum().getFileName())
              + " 'edm2-search weights FILE' again");
    }
    TensorFile content = Safetensors.read(file());
    InceptionLayout.check(file(), content.tensors());
    String source = content.metadata().getOrDefault(SOURCE, "");
    return new InceptionWeights(content.tensors(), source.matches(SHA256) ? source : sha256);
  }

  /** Returns the SHA-256 that the installed file had when it was written; empty if unknown. */
  public String sha256() {
    try {
      return Files.size(checksum()) > 1000
          ? ""
          : Files.readString(checksum()).strip().split(" ", 2)[0];
    } catch (IOException e) {
      return "";
    }
  }
}
