package org.edm2search.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class HeldOutImagesTest {

  /** Images of one pixel, whose value is their position over 1,000. */
  private record Numbered(int[] labels, List<String> classes) implements ImageDataset {

    @Override
    public String name() {
      return "numbered";
    }

    @Override
    public int count() {
      return labels.length;
    }

    @Override
    public int channels() {
      return 1;
    }

    @Override
    public int resolution() {
      return 1;
    }

    @Override
    public String digest() {
      return "numbered" + labels.length;
    }

    @Override
    public ImageBatch read(int... indices) {
      float[] pixels = new float[indices.length];
      for (int i = 0; i < indices.length; i++) {
        pixels[i] = indices[i] / 1000f;
      }
      return new ImageBatch(
          pixels, Arrays.stream(indices).map(index -> labels[index]).toArray(), 1, 1, 1);
    }
  }

  private static Numbered imbalanced() {
    int[] labels = new int[165];
    Arrays.fill(labels, 120, 137, 1);
    Arrays.fill(labels, 137, 160, 2);
    Arrays.fill(labels, 160, 165, -1);
    return new Numbered(labels, List.of("many", "few", "some"));
  }

  private static float[] all(ImageDataset images) {
    return images.read(IntStream.range(0, images.count()).toArray()).pixels();
  }

  @Test
  void eachClassGivesItsShareAndNoImageIsInBoth() {
    HeldOutImages split = HeldOutImages.of(imbalanced(), 0.1);
    assertThat(split.heldOut().classCounts()).containsExactly(12, 1, 2);
    assertThat(split.training().classCounts()).containsExactly(108, 16, 21);
    float[] both =
        Arrays.copyOf(all(split.training()), split.training().count() + split.heldOut().count());
    System.arraycopy(
        all(split.heldOut()), 0, both, split.training().count(), split.heldOut().count());
    Arrays.sort(both);
    assertThat(both).isEqualTo(all(imbalanced()));
    ImageBatch heldOut = split.heldOut().read(3, 0);
    assertThat(heldOut.labels())
        .containsExactly(split.heldOut().labels()[3], split.heldOut().labels()[0]);
  }

  @Test
  void theSameImagesAreHeldOutEachTimeAndTheSplitHasAnIdentityOfItsOwn() {
    HeldOutImages split = HeldOutImages.of(imbalanced(), 0.1);
    HeldOutImages again = HeldOutImages.of(imbalanced(), 0.1);
    HeldOutImages other = HeldOutImages.of(imbalanced(), 0.2);
    assertThat(all(again.heldOut())).isEqualTo(all(split.heldOut()));
    assertThat(
            List.of(
                split.training().digest(),
                split.heldOut().digest(),
                other.training().digest(),
                imbalanced().digest()))
        .doesNotHaveDuplicates();
    assertThat(again.training().digest()).isEqualTo(split.training().digest());
  }

  @Test
  void oneImageIsHeldOutAtLeastAndAtMostAsManyAsALossHas() {
    assertThat(HeldOutImages.of(imbalanced(), 0.001).heldOut().classCounts())
        .containsExactly(1, 0, 0);
    Numbered large = new Numbered(new int[100_000], List.of("one"));
    assertThat(HeldOutImages.of(large, 0.05).heldOut().count()).isEqualTo(2048);
    assertThatThrownBy(() -> HeldOutImages.of(new Numbered(new int[1], List.of("one")), 0.05))
        .isInstanceOf(InvalidDatasetException.class)
        .hasMessageContaining("too few to hold some out");
  }
}
