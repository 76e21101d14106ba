package org.edm2search.data.format;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.edm2search.data.InvalidDatasetException;
import org.edm2search.data.image.Background;
import org.edm2search.data.image.DecodedImage;
import org.edm2search.data.image.ImageDecoder;
import org.edm2search.data.image.ImageHeader;

/**
 * Images below a folder, sorted by path. Links are followed; names that begin with a dot are
 * skipped. A {@code dataset.json} gives the labels, or else the top-level directories do.
 */
final class FolderImages implements ImageCollection {

  private final Path folder;
  private final List<String> names;
  private final ImageLabels labels;
  private final Background background;

  private FolderImages(Path folder, List<String> names, ImageLabels labels, Background background) {
    this.folder = folder;
    this.names = names;
    this.labels = labels;
    this.background = background;
  }

  static FolderImages open(Path folder, Background background) {
    List<String> names = list(folder);
    if (names.isEmpty()) {
      throw new InvalidDatasetException(
          folder.toString(), "has no images (.png, .jpg, .jpeg, .bmp, .webp)");
    }
    return new FolderImages(folder, names, labels(folder, names), background);
  }

  private static List<String> list(Path folder) {
    try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return all.filter(file -> ImageDecoder.isImage(file.getFileName().toString()))
          .map(file -> folder.relativize(file).toString().replace(File.separatorChar, '/'))
          .filter(name -> !EntryNames.isHidden(name))
          .peek(name -> requirePrintable(folder, name))
          .filter(name -> Files.isRegularFile(folder.resolve(name)))
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof FileSystemLoopException loop) {
        throw new InvalidDatasetException(loop.getFile(), "is a link to a folder around it", e);
      }
      throw new InvalidDatasetException(folder.toString(), "cannot be listed: " + e.getCause(), e);
    } catch (IOException e) {
      throw new InvalidDatasetException(folder.toString(), "cannot be listed: " + e, e);
    }
  }

  private static void requirePrintable(Path folder, String name) {
    if (EntryNames.hasControls(name)) {
      throw new InvalidDatasetException(
          folder.toString(),
          "the name '%s' cannot be printed".formatted(name.replaceAll("\\p{Cntrl}", "?")));
    }
  }

  private static ImageLabels labels(Path folder, List<String> names) {
    Path file = folder.resolve(LabelFile.NAME);
    if (!Files.exists(file)) {
      return ImageLabels.ofDirectories(folder.toString(), names);
    }
    try (InputStream in = Files.newInputStream(file)) {
      return LabelFile.read(file.toString(), in, names);
    } catch (IOException e) {
      throw new InvalidDatasetException(file.toString(), "cannot be read: " + e, e);
    }
  }

  @Override
  public int count() {
    return names.size();
  }

  @Override
  public String name(int index) {
    return folder.resolve(names.get(index)).toString();
  }

  @Override
  public ImageHeader header(int index) throws IOException {
    try (InputStream in =
        new BufferedInputStream(Files.newInputStream(folder.resolve(names.get(index))), 512)) {
      return ImageDecoder.header(in);
    }
  }

  @Override
  public DecodedImage read(int index) throws IOException {
    Path file = folder.resolve(names.get(index));
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(ImageDecoder.MAX_BYTES + 1);
      if (bytes.length > ImageDecoder.MAX_BYTES) {
        throw new IOException("is over %d bytes".formatted(ImageDecoder.MAX_BYTES));
      }
      return ImageDecoder.decode(bytes, background);
    }
  }

  @Override
  public ImageLabels labels() {
    return labels;
  }

  @Override
  public List<Path> files() {
    List<Path> files = new ArrayList<>();
    names.forEach(name -> files.add(folder.resolve(name)));
    if (Files.exists(folder.resolve(LabelFile.NAME))) {
      files.add(folder.resolve(LabelFile.NAME));
    }
    return files;
  }

  @Override
  public void close() {
    // Files are open only while they are read.
  }
}
