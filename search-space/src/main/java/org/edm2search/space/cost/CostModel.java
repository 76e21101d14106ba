package org.edm2search.space.cost;

import java.util.ArrayList;
import java.util.List;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.BranchOp;
import org.edm2search.space.architecture.ParameterSpec;
import org.edm2search.space.architecture.Resample;
import org.edm2search.space.architecture.Stage;
import org.edm2search.space.architecture.UNetLayout;

/**
 * Counts a network's parameters and multiply-adds exactly, by the convention behind the EDM2+
 * paper's Gflops: one image, one evaluation, one multiply-add = 1; every magnitude-preserving
 * weight is normalized at each evaluation, and that counts too. The log-variance head counts in
 * parameters only.
 */
public final class CostModel {

  /** Names of the parts outside the blocks. */
  public static final String EMBEDDING = "embedding";

  public static final String INPUT = "input";
  public static final String OUTPUT = "output";
  public static final String LOG_VARIANCE = "log-variance";

  // Multiply-adds per output element.
  private static final long SILU = 3 + 1;
  private static final int SUM = 2 + 1;
  private static final int CLIP = 2;
  private static final int SOFTMAX = 3;
  private static final int FOURIER = 4;
  private static final long RESAMPLE = 4;
  private static final int GAIN = 1;

  /** σ², √ and the rest of c_skip, c_out, c_in, c_noise. */
  private static final int SIGMA_SCALARS = 16;

  private CostModel() {}

  /** Returns the cost of a whole network. */
  public static Cost of(UNetLayout layout) {
    return breakdown(layout).stream().map(BlockCost::cost).reduce(Cost.ZERO, Cost::plus);
  }

  /** Returns the cost of a declared network. */
  public static Cost of(ArchitectureSpec spec) {
    return of(UNetLayout.of(spec));
  }

  /** Returns the cost part by part, in execution order. The parts add up to {@link #of}. */
  public static List<BlockCost> breakdown(UNetLayout layout) {
    ArchitectureSpec spec = layout.spec();
    long area = square(spec.imgResolution());
    long image = spec.imgChannels() * area;
    long features = layout.spec().noiseFeatures();
    long embedding = layout.spec().embeddingChannels();
    long labels = spec.labelDim();

    List<BlockCost> parts = new ArrayList<>();

    long embed = FOURIER * features + linear(features, embedding);
    if (labels > 0) {
      embed += labels + linear(labels, embedding) + SUM * embedding;
    }
    embed += SILU * embedding;
    parts.add(part(EMBEDDING, layout, "unet.emb_", embed));

    long input =
        SIGMA_SCALARS + image + convolution(spec.imgChannels() + 1, spec.channels(0), 3, 1, area);
    parts.add(part(INPUT, layout, "unet." + layout.inputLayer() + ".", input));

    for (BlockSpec block : layout.blocks()) {
      parts.add(part(block.name(), layout, "unet." + block.name() + ".", block(block, embedding)));
    }

    long output = GAIN + convolution(spec.channels(0), spec.imgChannels(), 3, 1, area) + 3 * image;
    parts.add(part(OUTPUT, layout, "unet.out_", output));
    parts.add(part(LOG_VARIANCE, layout, "logvar_", 0));
    return List.copyOf(parts);
  }

  private static BlockCost part(String name, UNetLayout layout, String prefix, long multiplyAdds) {
    long parameters =
        layout.parameters().stream()
            .filter(parameter -> parameter.trainable() && parameter.name().startsWith(prefix))
            .mapToLong(ParameterSpec::size)
            .sum();
    return new BlockCost(name, new Cost(parameters, multiplyAdds));
  }

  private static long block(BlockSpec block, long embedding) {
    long area = square(block.resolution());
    long channels = block.channels();
    long output = channels * area;
    long total = 0;
    if (block.skipChannels() > 0) {
      total += block.concatenatedChannels() * area; // MP-cat
    }
    if (block.resample() != Resample.KEEP) {
      total += RESAMPLE * block.inputChannels() * area;
    }
    if (block.hasSkipConvolution()) {
      total += convolution(block.concatenatedChannels(), channels, 1, 1, area);
    }
    if (block.stage() == Stage.ENCODER) {
      total += output + area + output; // pixel norm: norm, + ε, divide
    }
    Branch branch = new Branch(area, embedding);
    for (BranchOp op : block.ops()) {
      total += op.accept(branch);
    }
    total += SUM * output;
    if (block.hasAttention()) {
      total += attention(channels, block.heads(), area);
    }
    return total + CLIP * output;
  }

  private static long attention(long channels, long heads, long area) {
    long perHead = channels / heads;
    long normalize = 3 * channels * area + 3 * heads * area + 3 * channels * area;
    long scaledKeys = channels * area;
    long products = 2 * heads * square(area) * perHead; // qᵀk, and the weighted values
    return convolution(channels, 3 * channels, 1, 1, area)
        + normalize
        + scaledKeys
        + products
        + SOFTMAX * heads * square(area)
        + convolution(channels, channels, 1, 1, area)
        + SUM * channels * area;
  }

  /** A convolution on an image of {@code area} pixels, with its weight's normalization. */
  private static long convolution(long in, long out, long kernel, long groups, long area) {
    long fanIn = in / groups * square(kernel);
    return normalizedWeight(out, fanIn) + out * area * fanIn;
  }

  private static long linear(long in, long out) {
    return convolution(in, out, 1, 1, 1);
  }

  /** Norm n, + ε one a row, divide n, scale n. */
  private static long normalizedWeight(long rows, long fanIn) {
    long size = rows * fanIn;
    return size + rows + size + size;
  }

  private static long square(long x) {
    return x * x;
  }

  /** Multiply-adds of the branch's operations. */
  private record Branch(long area, long embedding) implements BranchOp.Visitor<Long> {

    @Override
    public Long activate(BranchOp.Activate op) {
      return SILU * op.channels() * area;
    }

    @Override
    public Long convolution(BranchOp.Convolution op) {
      return CostModel.convolution(op.inChannels(), op.outChannels(), op.kernel(), 1, area);
    }

    @Override
    public Long depthwise(BranchOp.Depthwise op) {
      return CostModel.convolution(op.channels(), op.channels(), op.kernel(), op.channels(), area);
    }

    @Override
    public Long modulate(BranchOp.Modulate op) {
      return linear(embedding, op.channels()) + GAIN + op.channels() + op.channels() * area;
    }
  }
}
