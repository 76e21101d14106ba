package org.edm2search.space.architecture;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A network laid out block by block, in execution order. The only code that walks levels and the
 * skip stack; everything else reads {@link #blocks()} and {@link #parameters()}.
 *
 * @param spec the declared network
 * @param inputLayer name of the convolution from the image and a constant channel to level 0
 * @param blocks encoder blocks, then decoder blocks
 * @param parameters every tensor, in a fixed order
 */
public record UNetLayout(
    ArchitectureSpec spec,
    String inputLayer,
    List<BlockSpec> blocks,
    List<ParameterSpec> parameters) {

  /** Fourier features of the log-variance head. */
  public static final int LOG_VARIANCE_FEATURES = 128;

  /** Lays out a network. */
  public static UNetLayout of(ArchitectureSpec spec) {
    String inputLayer = "enc.%1$dx%1$d_conv".formatted(spec.imgResolution());
    List<BlockSpec> blocks = new Walk(spec, inputLayer).blocks();
    return new UNetLayout(spec, inputLayer, blocks, parametersOf(spec, inputLayer, blocks));
  }

  private static final class Walk {
    private final ArchitectureSpec spec;
    private final List<BlockSpec> blocks = new ArrayList<>();
    private final Deque<BlockSpec.Skip> skips = new ArrayDeque<>();
    private int channels;

    Walk(ArchitectureSpec spec, String inputLayer) {
      this.spec = spec;
      channels = spec.channels(0);
      skips.push(new BlockSpec.Skip(inputLayer, channels));
    }

    List<BlockSpec> blocks() {
      int levels = spec.channelMult().size();
      for (int level = 0; level < levels; level++) {
        if (level > 0) {
          encode(level, "down", channels, Resample.DOWN, false);
        }
        for (int block = 0; block < spec.numBlocks().get(level); block++) {
          encode(level, "block" + block, spec.channels(level), Resample.KEEP, attends(level));
        }
      }
      for (int level = levels - 1; level >= 0; level--) {
        if (level == levels - 1) {
          decode(level, "in0", channels, Resample.KEEP, true, false);
          decode(level, "in1", channels, Resample.KEEP, false, false);
        } else {
          decode(level, "up", channels, Resample.UP, false, false);
        }
        for (int block = 0; block <= spec.numBlocks().get(level); block++) {
          decode(level, "block" + block, spec.channels(level), Resample.KEEP, attends(level), true);
        }
      }
      return List.copyOf(blocks);
    }

    private boolean attends(int level) {
      return spec.attnResolutions().contains(spec.imgResolution() >> level);
    }

    private void encode(
        int level, String kind, int outChannels, Resample resample, boolean attention) {
      add(Stage.ENCODER, level, kind, outChannels, resample, attention, Optional.empty());
      skips.push(new BlockSpec.Skip(blocks.get(blocks.size() - 1).name(), outChannels));
    }

    private void decode(
        int level,
        String kind,
        int outChannels,
        Resample resample,
        boolean attention,
        boolean withSkip) {
      Optional<BlockSpec.Skip> skip = withSkip ? Optional.of(skips.pop()) : Optional.empty();
      add(Stage.DECODER, level, kind, outChannels, resample, attention, skip);
    }

    private void add(
        Stage stage,
        int level,
        String kind,
        int outChannels,
        Resample resample,
        boolean attention,
        Optional<BlockSpec.Skip> skip) {
      int resolution = spec.imgResolution() >> level;
      String name = BranchAssignment.levelSelector(stage, resolution) + "_" + kind;
      int skipChannels = skip.map(BlockSpec.Skip::channels).orElse(0);
      // The encoder adapts the channels before the branch, the decoder after it.
      int branchChannels = stage == Stage.ENCODER ? outChannels : channels + skipChannels;
      blocks.add(
          new BlockSpec(
              new BlockSpec.Place(name, stage, level, resolution),
              channels,
              skip,
              outChannels,
              resample,
              attention ? spec.heads(outChannels) : 0,
              BranchGrammar.expand(
                  spec.branches().branchOf(stage, resolution, name),
                  stage,
                  branchChannels,
                  outChannels)));
      channels = outChannels;
    }
  }

  private static List<ParameterSpec> parametersOf(
      ArchitectureSpec spec, String inputLayer, List<BlockSpec> blocks) {
    int embedding = spec.embeddingChannels();
    int noise = spec.noiseFeatures();
    Parameters parameters = new Parameters();
    parameters.fourier("unet.emb_fourier", noise);
    parameters.weight("unet.emb_noise", embedding, noise);
    if (spec.labelDim() > 0) {
      parameters.weight("unet.emb_label", embedding, spec.labelDim());
    }
    parameters.weight("unet." + inputLayer, noise, spec.imgChannels() + 1, 3, 3);
    for (BlockSpec block : blocks) {
      parameters.block(block, embedding);
    }
    parameters.weight("unet.out_conv", spec.imgChannels(), spec.channels(0), 3, 3);
    parameters.gain("unet.out_gain");
    parameters.fourier("logvar_fourier", LOG_VARIANCE_FEATURES);
    parameters.weight("logvar_linear", 1, LOG_VARIANCE_FEATURES);
    return List.copyOf(parameters.list);
  }

  private static final class Parameters {
    private final List<ParameterSpec> list = new ArrayList<>();

    void fourier(String name, int features) {
      list.add(
          new ParameterSpec(name + ".freqs", List.of(features), ParameterSpec.Kind.FREQUENCIES));
      list.add(new ParameterSpec(name + ".phases", List.of(features), ParameterSpec.Kind.PHASES));
    }

    void weight(String name, Integer... shape) {
      list.add(new ParameterSpec(name + ".weight", List.of(shape), ParameterSpec.Kind.WEIGHT));
    }

    void gain(String name) {
      list.add(new ParameterSpec(name, List.of(), ParameterSpec.Kind.GAIN));
    }

    void block(BlockSpec block, int embedding) {
      String prefix = "unet." + block.name() + ".";
      gain(prefix + "emb_gain");
      weight(prefix + "emb_linear", block.modulatedChannels(), embedding);
      for (BranchOp op : block.ops()) {
        op.accept(new Weights(prefix));
      }
      if (block.hasSkipConvolution()) {
        weight(prefix + "conv_skip", block.channels(), block.concatenatedChannels(), 1, 1);
      }
      if (block.hasAttention()) {
        weight(prefix + "attn_qkv", 3 * block.channels(), block.channels(), 1, 1);
        weight(prefix + "attn_proj", block.channels(), block.channels(), 1, 1);
      }
    }

    private final class Weights implements BranchOp.Visitor<Void> {
      private final String prefix;

      Weights(String prefix) {
        this.prefix = prefix;
      }

      @Override
      public Void activate(BranchOp.Activate op) {
        return null;
      }

      @Override
      public Void convolution(BranchOp.Convolution op) {
        weight(prefix + op.name(), op.outChannels(), op.inChannels(), op.kernel(), op.kernel());
        return null;
      }

      @Override
      public Void depthwise(BranchOp.Depthwise op) {
        weight(prefix + op.name(), op.channels(), 1, op.kernel(), op.kernel());
        return null;
      }

      @Override
      public Void modulate(BranchOp.Modulate op) {
        return null;
      }
    }
  }
}
