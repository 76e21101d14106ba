package org.edm2search.eval.inception;

import java.util.List;

/**
 * Inception-v3 (Szegedy et al. 2016) as the canonical FID uses it, up to its last block. It is
 * walked once by whoever needs it: the layout of the weights and the graph come from the same walk.
 *
 * <p>It differs from the network of the paper as the TensorFlow graph of 5 December 2015 does: 3×3
 * average pools leave the padding out of the mean, and the pool branch of {@code Mixed_7c} takes
 * the maximum.
 */
final class InceptionNetwork {

  /** Rows and columns of the images it takes. */
  static final int SIZE = 299;

  /** Channels of the last block: the features. */
  static final int FEATURES = 2048;

  private InceptionNetwork() {}

  /**
   * What a walk does with the operations of the network.
   *
   * @param <T> what it knows of an activation
   */
  interface Walk<T> {

    /** Convolution without bias, batch normalization, ReLU. */
    T convolution(String name, T input, Convolution convolution);

    /** Maximum of 3×3. */
    T maximum(T input, int stride, int padding);

    /** Mean of 3×3 at stride 1, of the pixels that are not padding. */
    T mean(T input);

    /** Channels after each other. */
    T concatenation(List<T> inputs);
  }

  /**
   * A convolution.
   *
   * @param channels of its output
   * @param height of the kernel
   * @param width of the kernel
   * @param stride both ways
   * @param padded whether the borders are padded by half a kernel
   */
  record Convolution(int channels, int height, int width, int stride, boolean padded) {

    private static Convolution square(int channels, int size) {
      return new Convolution(channels, size, size, 1, true);
    }

    private static Convolution row(int channels, int width) {
      return new Convolution(channels, 1, width, 1, true);
    }

    private static Convolution column(int channels, int height) {
      return new Convolution(channels, height, 1, 1, true);
    }

    /** 3×3 of stride 2 without padding. */
    private static Convolution halving(int channels) {
      return new Convolution(channels, 3, 3, 2, false);
    }
  }

  /** Walks from images, [N, 3, 299, 299], to the last block's output, [N, 2048, 8, 8]. */
  static <T> T walk(T images, Walk<T> walk) {
    T x = walk.convolution("Conv2d_1a_3x3", images, Convolution.halving(32));
    x = walk.convolution("Conv2d_2a_3x3", x, new Convolution(32, 3, 3, 1, false));
    x = walk.convolution("Conv2d_2b_3x3", x, Convolution.square(64, 3));
    x = walk.maximum(x, 2, 0);
    x = walk.convolution("Conv2d_3b_1x1", x, Convolution.square(80, 1));
    x = walk.convolution("Conv2d_4a_3x3", x, new Convolution(192, 3, 3, 1, false));
    x = walk.maximum(x, 2, 0);
    x = new Block<>(walk, "Mixed_5b", x).blockA(32);
    x = new Block<>(walk, "Mixed_5c", x).blockA(64);
    x = new Block<>(walk, "Mixed_5d", x).blockA(64);
    x = new Block<>(walk, "Mixed_6a", x).blockB();
    x = new Block<>(walk, "Mixed_6b", x).blockC(128);
    x = new Block<>(walk, "Mixed_6c", x).blockC(160);
    x = new Block<>(walk, "Mixed_6d", x).blockC(160);
    x = new Block<>(walk, "Mixed_6e", x).blockC(192);
    x = new Block<>(walk, "Mixed_7a", x).blockD();
    x = new Block<>(walk, "Mixed_7b", x).blockE(walk.mean(x));
    return new Block<>(walk, "Mixed_7c", x).blockE(walk.maximum(x, 1, 1));
  }

  /** Branches from one input; the letters are those of the paper's figures 5 to 7. */
  private record Block<T>(Walk<T> walk, String name, T input) {

    private T convolution(String branch, T from, Convolution convolution) {
      return walk.convolution(name + "." + branch, from, convolution);
    }

    T blockA(int poolChannels) {
      T one = convolution("branch1x1", input, Convolution.square(64, 1));
      T five = convolution("branch5x5_1", input, Convolution.square(48, 1));
      five = convolution("branch5x5_2", five, Convolution.square(64, 5));
      T three = convolution("branch3x3dbl_1", input, Convolution.square(64, 1));
      three = convolution("branch3x3dbl_2", three, Convolution.square(96, 3));
      three = convolution("branch3x3dbl_3", three, Convolution.square(96, 3));
      T pool = convolution("branch_pool", walk.mean(input), Convolution.square(poolChannels, 1));
      return walk.concatenation(List.of(one, five, three, pool));
    }

    T blockB() {
      T three = convolution("branch3x3", input, Convolution.halving(384));
      T twice = convolution("branch3x3dbl_1", input, Convolution.square(64, 1));
      twice = convolution("branch3x3dbl_2", twice, Convolution.square(96, 3));
      twice = convolution("branch3x3dbl_3", twice, Convolution.halving(96));
      return walk.concatenation(List.of(three, twice, walk.maximum(input, 2, 0)));
    }

    T blockC(int channels) {
      T one = convolution("branch1x1", input, Convolution.square(192, 1));
      T seven = convolution("branch7x7_1", input, Convolution.square(channels, 1));
      seven = convolution("branch7x7_2", seven, Convolution.row(channels, 7));
      seven = convolution("branch7x7_3", seven, Convolution.column(192, 7));
      T twice = convolution("branch7x7dbl_1", input, Convolution.square(channels, 1));
      twice = convolution("branch7x7dbl_2", twice, Convolution.column(channels, 7));
      twice = convolution("branch7x7dbl_3", twice, Convolution.row(channels, 7));
      twice = convolution("branch7x7dbl_4", twice, Convolution.column(channels, 7));
      twice = convolution("branch7x7dbl_5", twice, Convolution.row(192, 7));
      T pool = convolution("branch_pool", walk.mean(input), Convolution.square(192, 1));
      return walk.concatenation(List.of(one, seven, twice, pool));
    }

    T blockD() {
      T three = convolution("branch3x3_1", input, Convolution.square(192, 1));
      three = convolution("branch3x3_2", three, Convolution.halving(320));
      T seven = convolution("branch7x7x3_1", input, Convolution.square(192, 1));
      seven = convolution("branch7x7x3_2", seven, Convolution.row(192, 7));
      seven = convolution("branch7x7x3_3", seven, Convolution.column(192, 7));
      seven = convolution("branch7x7x3_4", seven, Convolution.halving(192));
      return walk.concatenation(List.of(three, seven, walk.maximum(input, 2, 0)));
    }

    T blockE(T pooled) {
      T one = convolution("branch1x1", input, Convolution.square(320, 1));
      T three = convolution("branch3x3_1", input, Convolution.square(384, 1));
      T threes =
          walk.concatenation(
              List.of(
                  convolution("branch3x3_2a", three, Convolution.row(384, 3)),
                  convolution("branch3x3_2b", three, Convolution.column(384, 3))));
      T twice = convolution("branch3x3dbl_1", input, Convolution.square(448, 1));
      twice = convolution("branch3x3dbl_2", twice, Convolution.square(384, 3));
      T twices =
          walk.concatenation(
              List.of(
                  convolution("branch3x3dbl_3a", twice, Convolution.row(384, 3)),
                  convolution("branch3x3dbl_3b", twice, Convolution.column(384, 3))));
      T pool = convolution("branch_pool", pooled, Convolution.square(192, 1));
      return walk.concatenation(List.of(one, threes, twices, pool));
    }
  }
}
