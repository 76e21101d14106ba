package org.edm2search.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.edm2search.data.ImageBatch;
import org.edm2search.data.InvalidDatasetException;
import org.junit.jupiter.api.Test;

class FashionMnistTest {

  private static final FashionMnist FULL = FashionMnist.load(FashionMnist.Split.TEST, 32);

  @Test
  void classesAreBalanced() {
    int[] perClass = new int[10];
    for (ImageBatch batch : FULL.batches(999)) {
      for (int label : batch.labels()) {
        perClass[label]++;
      }
    }
    assertThat(perClass).containsOnly(1000);
    assertThat(FULL.classes()).hasSize(10);
  }

  @Test
  void imagesArePaddedWithBlackAndInRange() {
    ImageBatch batch = FULL.read(IntStream.range(0, 100).toArray());
    float[] pixels = batch.pixels();
    for (int image = 0; image < 100; image++) {
      for (int x = 0; x < 32; x++) {
        assertThat(pixels[image * 1024 + x]).isEqualTo(-1);
        assertThat(pixels[image * 1024 + 32 * 31 + x]).isEqualTo(-1);
        assertThat(pixels[image * 1024 + 32 * x]).isEqualTo(-1);
      }
    }
    for (float pixel : pixels) {
      assertThat(pixel).isBetween(-1f, 1f);
    }
    assertThat(pixels).contains(1f);
  }

  @Test
  void lowerResolutionsAreAreaMeans() {
    FashionMnist half = FashionMnist.load(FashionMnist.Split.TEST, 16);
    float[] full = FULL.read(7).pixels();
    float[] small = half.read(7).pixels();
    for (int y = 0; y < 16; y++) {
      for (int x = 0; x < 16; x++) {
        int corner = 2 * y * 32 + 2 * x;
        float mean = (full[corner] + full[corner + 1] + full[corner + 32] + full[corner + 33]) / 4;
        assertThat(small[y * 16 + x]).isCloseTo(mean, within(1e-6f));
      }
    }
    assertThat(half.digest()).isNotEqualTo(FULL.digest());
  }

  @Test
  void otherResolutionsAreRefused() {
    assertThatThrownBy(() -> FashionMnist.load(FashionMnist.Split.TEST, 24))
        .hasMessageContaining("32, 16, 8 and 4");
  }

  @Test
  void damagedFilesAreRefused() throws Exception {
    assertThatThrownBy(() -> idx(0x0803, 4, 10, 10, 10)).hasMessage("x.gz: truncated");
    assertThatThrownBy(() -> idx(0x0801, 4)).hasMessageContaining("but this with 00000801");
    assertThatThrownBy(() -> idx(0x0803, 0, 1 << 20, 1 << 20, 1))
        .hasMessageContaining("dimension 1 is 1048576");
    assertThatThrownBy(() -> idx(0x0803, 9, 2, 2, 2)).hasMessageContaining("more than the 8 bytes");
    assertThatThrownBy(
            () -> IdxFile.read("x.gz", new ByteArrayInputStream(new byte[] {1, 2, 3}), 3))
        .isInstanceOf(InvalidDatasetException.class);
  }

  private static IdxFile idx(int magic, int payload, int... shape) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(bytes))) {
      out.writeInt(magic);
      for (int dimension : shape) {
        out.writeInt(dimension);
      }
      out.write(new byte[payload]);
    }
    return IdxFile.read("x.gz", new ByteArrayInputStream(bytes.toByteArray()), 3);
  }
}
