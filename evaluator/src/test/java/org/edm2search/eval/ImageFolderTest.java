package org.edm2search.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.edm2search.data.ImageBatch;
import org.edm2search.eval.fid.FeatureExtractor;
import org.edm2search.space.Edm2SearchException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {

  @TempDir private Path directory;

  private static void write(Path file, int type, int width, int height, int... samples)
      throws IOException {
    BufferedImage image = new BufferedImage(width, height, type);
    for (int i = 0; i < width * height; i++) {
      image.getRaster().setPixel(i % width, i / width, samples);
    }
    Files.createDirectories(file.getParent());
    ImageIO.write(image, "png", file.toFile());
  }

  private static int[] firstPixel(ImageBatch batch, int image) {
    int plane = batch.height() * batch.width();
    int[] bytes = new int[3];
    for (int c = 0; c < 3; c++) {
      bytes[c] = FeatureExtractor.toByte(batch.pixels()[image * batch.imageSize() + c * plane]);
    }
    return bytes;
  }

  @Test
  void samplesAreReadAsTheyAreStored() throws Exception {
    write(directory.resolve("a.png"), BufferedImage.TYPE_BYTE_GRAY, 4, 4, 128);
    write(directory.resolve("b.png"), BufferedImage.TYPE_USHORT_GRAY, 4, 4, 0x8080);
    write(directory.resolve("c.png"), BufferedImage.TYPE_INT_RGB, 4, 4, 1, 128, 255);
    write(directory.resolve("d.png"), BufferedImage.TYPE_INT_ARGB, 4, 4, 1, 128, 255, 7);
    write(directory.resolve("e.png"), BufferedImage.TYPE_BYTE_BINARY, 4, 4, 1);

    ImageBatch batch = ImageFolder.open(directory).iterator().next();

    assertThat(firstPixel(batch, 0)).containsExactly(128, 128, 128);
    assertThat(firstPixel(batch, 1)).containsExactly(128, 128, 128);
    assertThat(firstPixel(batch, 2)).containsExactly(1, 128, 255);
    assertThat(firstPixel(batch, 3)).containsExactly(1, 128, 255);
    assertThat(firstPixel(batch, 4)).containsExactly(255, 255, 255);
    assertThat(batch.labels()).containsOnly(-1);
  }

  @Test
  void linkedFoldersAndFilesAreFollowed() throws Exception {
    Path real = directory.resolve("real");
    write(real.resolve("class/0.png"), BufferedImage.TYPE_INT_RGB, 4, 4, 1, 2, 3);
    Files.createSymbolicLink(real.resolve("1.png"), Path.of("class", "0.png"));
    Path link = Files.createSymbolicLink(directory.resolve("link"), real);

    assertThat(ImageFolder.open(link).count()).isEqualTo(2);
  }

  @Test
  void aFolderLinkedIntoItselfIsRefused() throws Exception {
    write(directory.resolve("0.png"), BufferedImage.TYPE_INT_RGB, 4, 4, 1, 2, 3);
    Files.createSymbolicLink(directory.resolve("again"), directory);
    assertThatThrownBy(() -> ImageFolder.open(directory))
        .isInstanceOf(Edm2SearchException.class)
        .hasMessageContaining("cannot be listed");
  }

  @Test
  void largeImagesComeInSmallerBatches() throws Exception {
    for (int i = 0; i < 3; i++) {
      write(directory.resolve(i + ".png"), BufferedImage.TYPE_BYTE_GRAY, 4096, 2048, i);
    }
    Iterator<ImageBatch> batches = ImageFolder.open(directory).iterator();
    assertThat(batches.next().count()).isEqualTo(2);
    ImageBatch last = batches.next();
    assertThat(firstPixel(last, 0)).containsExactly(2, 2, 2);
    assertThat(last.count()).isEqualTo(1);
    assertThatThrownBy(batches::next).isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void everyImageHasTheSizeOfTheFirst() throws Exception {
    for (int i = 100; i < 250; i++) {
      write(directory.resolve(i + ".png"), BufferedImage.TYPE_BYTE_GRAY, 2, 2, 0);
    }
    write(directory.resolve("250.png"), BufferedImage.TYPE_BYTE_GRAY, 2, 3, 0);
    Iterator<ImageBatch> batches = ImageFolder.open(directory).iterator();
    assertThat(batches.next().count()).isEqualTo(100);
    assertThatThrownBy(batches::next)
        .hasMessageContaining("250.png: is 2×3")
        .hasMessageContaining("2×2");
  }

  @Test
  void theDigestIsOfNamesAndContent() throws Exception {
    Path a = directory.resolve("a");
    Path b = directory.resolve("b");
    for (Path folder : new Path[] {a, b}) {
      for (int i = 0; i < 3; i++) {
        write(folder.resolve("x/%d.png".formatted(i)), BufferedImage.TYPE_BYTE_GRAY, 2, 2, i);
      }
    }
    String digest = digest(a);
    assertThat(digest(b)).isEqualTo(digest).hasSize(64);
    Files.writeString(b.resolve("README"), "not an image");
    assertThat(digest(b)).isEqualTo(digest);
    write(b.resolve("x/2.png"), BufferedImage.TYPE_BYTE_GRAY, 2, 2, 7);
    assertThat(digest(b)).isNotEqualTo(digest);
    Files.move(a.resolve("x/2.png"), a.resolve("x/3.png"));
    assertThat(digest(a)).isNotEqualTo(digest);
  }

  private static String digest(Path folder) {
    return ImageFolder.open(folder).digest(done -> {});
  }

  /** 20,000 images of these are 240 MB as floats. */
  @Test
  void memoryDoesNotGrowWithTheNumberOfImages() throws Exception {
    Path first = directory.resolve("00000.png");
    write(first, BufferedImage.TYPE_INT_RGB, 32, 32, 1, 2, 3);
    byte[] png = Files.readAllBytes(first);
    for (int i = 1; i < 20_000; i++) {
      Files.write(directory.resolve("%05d.png".formatted(i)), png);
    }
    ImageFolder folder = ImageFolder.open(directory);
    Map<Long, Long> used = new TreeMap<>();
    Reference reference =
        Reference.of(
            "many",
            folder,
            new FirstPixels(),
            done -> {
              if (done == 1000 || done == 10_000 || done == 20_000) {
                used.put(done, liveBytes());
              }
            });
    assertThat(reference.statistics().count()).isEqualTo(20_000);
    assertThat(used).hasSize(3);
    assertThat(used.get(10_000L) - used.get(1000L)).isLessThan(8 << 20);
    assertThat(used.get(20_000L) - used.get(1000L)).isLessThan(8 << 20);
  }

  private static long liveBytes() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  private static final class FirstPixels implements FeatureExtractor {
    @Override
    public String id() {
      return "first pixels";
    }

    @Override
    public String description() {
      return "eight pixels";
    }

    @Override
    public int dimensions() {
      return 8;
    }

    @Override
    public double[][] features(ImageBatch images) {
      double[][] rows = new double[images.count()][8];
      for (int i = 0; i < rows.length; i++) {
        for (int k = 0; k < 8; k++) {
          rows[i][k] = images.pixels()[i * images.imageSize() + k];
        }
      }
      return rows;
    }

    @Override
    public void close() {}
  }
}
