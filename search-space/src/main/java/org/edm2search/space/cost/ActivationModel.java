package org.edm2search.space.cost;

import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.BranchOp;
import org.edm2search.space.architecture.Resample;
import org.edm2search.space.architecture.Stage;
import org.edm2search.space.architecture.UNetLayout;

/**
 * Counts the bytes of the feature maps a network makes in one evaluation of one image: the output
 * of every operation that has pixels, in single precision, each once. That is what training keeps
 * of an image for the backward pass, where nothing is recomputed and nothing shares memory.
 * Operations, and what each makes, are those of {@link CostModel}; attention counts its queries,
 * keys and values, the weights of all pairs of pixels, the mixed values, their projection and the
 * sum. Embeddings and weights have no pixels and do not count.
 */
public final class ActivationModel {

  private ActivationModel() {}

  /** Returns the bytes of all feature maps of one evaluation of one image. */
  public static long bytes(UNetLayout layout) {
    long area = area(layout.spec().imgResolution());
    long image = layout.spec().imgChannels() * area;
    // The scaled image with its channel of ones, the input convolution; at the end the output
    // convolution and the denoised image.
    long elements = image + area + layout.spec().channels(0) * area + 2 * image;
    for (BlockSpec block : layout.blocks()) {
      elements += elements(block);
    }
    return Float.BYTES * elements;
  }

  private static long elements(BlockSpec block) {
    long area = area(block.resolution());
    long output = block.channels() * area;
    long elements = 0;
    if (block.skipChannels() > 0) {
      elements += block.concatenatedChannels() * area;
    }
    if (block.resample() != Resample.KEEP) {
      elements += block.inputChannels() * area;
    }
    if (block.hasSkipConvolution()) {
      elements += output;
    }
    if (block.stage() == Stage.ENCODER) {
      elements += output;
    }
    for (BranchOp op : block.ops()) {
      elements += op.outChannels() * area;
    }
    elements += output;
    if (block.hasAttention()) {
      // q, k and v before and after their normalization, mixed values, projection and sum.
      elements += 2 * 3 * output + block.heads() * area * area + 3 * output;
    }
    return elements + output;
  }

  private static long area(long resolution) {
    return resolution * resolution;
  }
}
