package org.edm2search.model.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.edm2search.space.base.AtomicDirectory;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.base.Sha256;

/** The files of a bundle: written all or nothing, listed with their checksums. */
final class BundleDirectory {

  static final String MODEL = "model.safetensors";
  static final String GUIDE = "guide.safetensors";
  static final String ARCHITECTURE = "architecture.yaml";
  static final String SAMPLER = "sampler.json";
  static final String METRICS = "metrics.json";
  static final String SAMPLES = "samples.png";
  static final String CARD = "README.md";
  static final String SUMS = "SHA256SUMS";

  private static final Set<String> NAMES =
      Set.of(MODEL, GUIDE, ARCHITECTURE, SAMPLER, METRICS, SAMPLES, CARD, SUMS);
  private static final long MAX_TEXT_BYTES = 1 << 20;
  private static final Pattern SUM = Pattern.compile("([0-9a-f]{64}) [ *](.+)");

  private BundleDirectory() {}

  static boolean isBundle(Path directory) {
    return Files.isRegularFile(directory.resolve(MODEL))
        && Files.isRegularFile(directory.resolve(SAMPLER));
  }

  /**
   * Writes beside the directory, adds the checksums, then moves it into place.
   *
   * @throws Edm2SearchException if that fails, or if something else than a bundle would be lost
   */
  static void write(Path directory, AtomicDirectory.Content content) {
    AtomicDirectory.write(
        directory,
        BundleDirectory::requireReplaceable,
        folder -> {
          content.writeTo(folder);
          writeSums(folder);
        });
  }

  /** Requires a directory to hold nothing that would be lost. */
  static void requireReplaceable(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new Edm2SearchException(
          directory + " exists and is not a bundle; choose another directory");
    }
    List<String> names = names(directory);
    if (!names.isEmpty() && !isBundle(directory)) {
      throw new Edm2SearchException(
          directory + " exists and is not a bundle; choose another directory");
    }
    Set<String> listed = names.isEmpty() ? Set.of() : readSums(directory).keySet();
    for (String name : names) {
      if (!NAMES.contains(name) && !listed.contains(name)) {
        throw new Edm2SearchException(
            "%s holds a bundle, but also %s, which would be lost; choose another directory"
                .formatted(directory, InvalidTensorFileException.quoted(name)));
      }
    }
  }

  static void writeText(Path file, String text) {
    writeBytes(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a file that is not there yet; the directory as a whole is moved into place later. */
  static void writeBytes(Path file, byte[] bytes) {
    writeBytes(file, ByteBuffer.wrap(bytes));
  }

  static void writeBytes(Path file, ByteBuffer bytes) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      AtomicFile.writeAll(channel, bytes);
      channel.force(true);
    } catch (IOException e) {
      throw new Edm2SearchException(file + ": cannot be written: " + AtomicFile.reason(e), e);
    }
  }

  /**
   * Reads a text file of bounded length.
   *
   * @throws Edm2SearchException if it is missing, too long or not UTF-8
   */
  static String readText(Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new Edm2SearchException(file + ": no such file; the bundle is incomplete");
      }
      if (Files.size(file) > MAX_TEXT_BYTES) {
        throw new Edm2SearchException(file + ": is larger than 1 MiB");
      }
      return Files.readString(file);
    } catch (IOException e) {
      throw new Edm2SearchException(file + ": cannot be read: " + AtomicFile.reason(e), e);
    }
  }

  private static void writeSums(Path directory) throws IOException {
    StringBuilder sums = new StringBuilder();
    for (String name : names(directory)) {
      sums.append(new Sha256().add(directory.resolve(name)).hex())
          .append("  ")
          .append(name)
          .append('\n');
    }
    writeText(directory.resolve(SUMS), sums.toString());
  }

  /**
   * Requires every listed file to be there, and the tensors to be those that were written. The
   * texts may be edited: a card gets its license, a sampler other steps.
   *
   * @throws Edm2SearchException naming the file that is missing or damaged
   */
  static void verifySums(Path directory) {
    Map<String, String> sums = readSums(directory);
    for (String name : List.of(MODEL, GUIDE)) {
      if (Files.exists(directory.resolve(name)) && !sums.containsKey(name)) {
        throw new Edm2SearchException(
            "%s: does not list %s".formatted(directory.resolve(SUMS), name));
      }
    }
    sums.forEach((name, sum) -> verify(directory.resolve(name), sum));
  }

  /**
   * Requires every listed file but the card to have its sum, and every network to be listed.
   *
   * @throws Edm2SearchException naming the file
   */
  static void requireUnchanged(Path directory) {
    Map<String, String> sums = readSums(directory);
    try {
      for (String name : names(directory)) {
        boolean network = name.endsWith(".onnx") || name.endsWith(".safetensors");
        if (network && !sums.containsKey(name)) {
          throw new Edm2SearchException(
              "%s: does not list %s".formatted(directory.resolve(SUMS), name));
        }
      }
      for (Map.Entry<String, String> entry : sums.entrySet()) {
        Path file = directory.resolve(entry.getKey());
        if (!entry.getKey().equals(CARD)
            && !new Sha256().add(file).hex().equals(entry.getValue())) {
          throw new Edm2SearchException(
              file + ": is damaged or was edited: its SHA-256 is not that of " + SUMS);
        }
      }
    } catch (IOException e) {
      throw new Edm2SearchException(directory + ": cannot be read: " + AtomicFile.reason(e), e);
    }
  }

  private static Map<String, String> readSums(Path directory) {
    Path file = directory.resolve(SUMS);
    Map<String, String> sums = new TreeMap<>();
    for (String line : readText(file).lines().toList()) {
      Matcher matcher = SUM.matcher(line);
      if (!matcher.matches() || !BundleFile.isName(matcher.group(2))) {
        throw new Edm2SearchException(
            "%s: a line must be a SHA-256 and a file of the bundle, but is %s"
                .formatted(file, InvalidTensorFileException.quoted(line)));
      }
      sums.put(matcher.group(2), matcher.group(1));
    }
    return sums;
  }

  private static void verify(Path file, String sum) {
    if (!Files.isRegularFile(file)) {
      throw new Edm2SearchException(file + ": no such file; the bundle is incomplete");
    }
    if (file.endsWith(MODEL) || file.endsWith(GUIDE)) {
      try {
        String actual = new Sha256().add(file).hex();
        if (!actual.equals(sum)) {
          throw new InvalidTensorFileException(
              file, "is damaged: %s says SHA-256 %s, but it has %s".formatted(SUMS, sum, actual));
        }
      } catch (IOException e) {
        throw new InvalidTensorFileException(file, "cannot be read: " + AtomicFile.reason(e), e);
      }
    }
  }

  static List<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
