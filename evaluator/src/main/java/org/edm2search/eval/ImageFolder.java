package org.edm2search.eval;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;
import org.edm2search.model.ImageBatch;
import org.edm2search.space.Edm2SearchException;

/** PNG images below a folder, sorted by path, all of one size. Read in a stream. */
public final class ImageFolder implements Iterable<ImageBatch> {

  private static final int BATCH = 100;
  private static final long MAX_PIXELS = 1 << 24;

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
    try (Stream<Path> all = Files.walk(folder)) {
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
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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

  @Override
  public Iterator<ImageBatch> iterator() {
    return new Iterator<>() {
      private int next;

      @Override
      public boolean hasNext() {
        return next < files.size();
      }

      @Override
      public ImageBatch next() {
        List<float[]> images = new ArrayList<>();
        int width = 0;
        int height = 0;
        for (; next < files.size() && images.size() < BATCH; next++) {
          BufferedImage image = read(files.get(next));
          if (images.isEmpty()) {
            width = image.getWidth();
            height = image.getHeight();
          } else if (image.getWidth() != width || image.getHeight() != height) {
            throw new Edm2SearchException(
                "%s: is %d×%d, but the images before it are %d×%d"
                    .formatted(
                        files.get(next), image.getWidth(), image.getHeight(), width, height));
          }
          images.add(pixels(image));
        }
        float[] all = new float[images.size() * 3 * width * height];
        for (int i = 0; i < images.size(); i++) {
          System.arraycopy(images.get(i), 0, all, i * images.get(i).length, images.get(i).length);
        }
        int[] labels = new int[images.size()];
        java.util.Arrays.fill(labels, -1);
        return new ImageBatch(all, labels, 3, height, width);
      }
    };
  }

  private static BufferedImage read(Path file) {
    try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
      Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName("png");
      ImageReader reader = readers.next();
      try {
        reader.setInput(in);
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

  private static float[] pixels(BufferedImage image) {
    int width = image.getWidth();
    int plane = width * image.getHeight();
    float[] pixels = new float[3 * plane];
    for (int i = 0; i < plane; i++) {
      int rgb = image.getRGB(i % width, i / width);
      pixels[i] = (rgb >> 16 & 0xff) / 127.5f - 1;
      pixels[plane + i] = (rgb >> 8 & 0xff) / 127.5f - 1;
      pixels[2 * plane + i] = (rgb & 0xff) / 127.5f - 1;
    }
    return pixels;
  }
}
