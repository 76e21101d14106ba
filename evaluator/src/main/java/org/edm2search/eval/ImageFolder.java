package org.edm2search.eval;

import java.awt.color.ColorSpace;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.NoSuchElementException;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.edm2search.data.ImageBatch;
import org.edm2search.space.Edm2SearchException;
import org.edm2search.space.Sha256;

/**
 * PNG images below a folder, sorted by path, all of one size. Read in a stream: memory grows
 * neither with the number of images nor with their size. Links are followed; transparency is
 * dropped; images of 16 bits a channel are reduced to 8.
 */
public final class ImageFolder implements Iterable<ImageBatch> {

  private static final int BATCH = 100;
  private static final int MAX_PIXELS = 1 << 24;

  private final Path folder;
  private final List<Path> files;

  private ImageFolder(Path folder, List<Path> files) {
    this.folder = folder;
    this.files = files;
  }

  /**
   * Lists the images.
   *
   * @throws Edm2SearchException if there is no folder, or fewer than two images in it
   */
  public static ImageFolder open(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new Edm2SearchException(folder + ": is not a folder of images");
    }
    try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      List<Path> files =
          all.filter(
                  file -> file.getFileName().toString().toLowerCase(Locale.ROOT).endsWith(".png"))
              .filter(Files::isRegularFile)
              .sorted()
              .toList();
      if (files.size() < 2) {
        throw new Edm2SearchException(
            "%s: needs at least 2 PNG images, but has %d".formatted(folder, files.size()));
      }
      return new ImageFolder(folder, files);
    } catch (IOException | UncheckedIOException e) {
      throw new Edm2SearchException("%s: cannot be listed: %s".formatted(folder, e), e);
    }
  }

  /** Returns the folder. */
  public Path folder() {
    return folder;
  }

  /** Returns the number of images. */
  public int count() {
    return files.size();
  }

  /**
   * Returns a SHA-256 of names and content, hexadecimal: equal for folders of equal images.
   *
   * @param progress told of images read
   * @throws Edm2SearchException if one cannot be read
   */
  public String digest(LongConsumer progress) {
    Sha256 digest = new Sha256();
    long done = 0;
    for (Path file : files) {
      try {
        digest.add(folder.relativize(file) + "\0").add(file);
        digest.add(ByteBuffer.allocate(Long.BYTES).putLong(Files.size(file)).array());
      } catch (IOException e) {
        throw new Edm2SearchException("%s: cannot be read: %s".formatted(file, e), e);
      }
      progress.accept(++done);
    }
    return digest.hex();
  }

  /**
   * Returns the images with 3 channels in [−1, 1], in batches, labelled −1.
   *
   * @throws Edm2SearchException from {@code next}, naming a file that is broken, of another size
   *     than the first or over 16 million pixels
   */
  @Override
  public Iterator<ImageBatch> iterator() {
    return new Batches();
  }

  private final class Batches implements Iterator<ImageBatch> {
    private int read;
    private BufferedImage first;

    @Override
    public boolean hasNext() {
      return read < files.size();
    }

    @Override
    public ImageBatch next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      if (first == null) {
        first = read(files.get(0));
      }
      int width = first.getWidth();
      int height = first.getHeight();
      int size = 3 * width * height;
      int most = Math.max(1, Math.min(BATCH, MAX_PIXELS / (width * height)));
      int count = Math.min(most, files.size() - read);
      float[] pixels = new float[count * size];
      for (int i = 0; i < count; i++, read++) {
        BufferedImage image = read == 0 ? first : read(files.get(read));
        if (image.getWidth() != width || image.getHeight() != height) {
          throw new Edm2SearchException(
              "%s: is %d×%d, but the images before it are %d×%d"
                  .formatted(files.get(read), image.getWidth(), image.getHeight(), width, height));
        }
        putPixels(image, pixels, i * size);
      }
      int[] labels = new int[count];
      Arrays.fill(labels, -1);
      return new ImageBatch(pixels, labels, 3, height, width);
    }
  }

  private static BufferedImage read(Path file) {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
      ImageReader reader = readers.next();
      try {
        reader.setInput(in, true, true); // texts and profiles stay packed
        // The header alone tells the size: refuse before decoding.
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MAX_PIXELS) {
          throw new Edm2SearchException(
              "%s: has %d×%d pixels, over %d"
                  .formatted(file, reader.getWidth(0), reader.getHeight(0), MAX_PIXELS));
        }
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    } catch (IOException | RuntimeException e) {
      if (e instanceof Edm2SearchException known) {
        throw known;
      }
      throw new Edm2SearchException(file + ": is not a readable PNG: " + e.getMessage(), e);
    }
  }

  private static void putPixels(BufferedImage image, float[] pixels, int offset) {
    int width = image.getWidth();
    int plane = width * image.getHeight();
    // getRGB takes grey samples for linear light and brightens them: 128 becomes 188.
    boolean grey = image.getColorModel().getColorSpace().getType() == ColorSpace.TYPE_GRAY;
    int shift = image.getSampleModel().getSampleSize(0) - 8;
    for (int i = 0; i < plane; i++) {
      int rgb =
          grey
              ? 0x010101 * (image.getRaster().getSample(i % width, i / width, 0) >> shift)
              : image.getRGB(i % width, i / width);
      for (int channel = 0; channel < 3; channel++) {
        pixels[offset + channel * plane + i] = (rgb >> 16 - 8 * channel & 0xff) / 127.5f - 1;
      }
    }
  }
}
