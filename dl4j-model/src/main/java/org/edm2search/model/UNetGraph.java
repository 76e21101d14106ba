package org.edm2search.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.edm2search.model.device.Device;
import org.edm2search.model.graph.Graph;
import org.edm2search.model.graph.Node;
import org.edm2search.model.graph.Tape;
import org.edm2search.model.ops.FeatureMap;
import org.edm2search.model.ops.MagnitudePreserving;
import org.edm2search.model.ops.MpConvolution;
import org.edm2search.model.ops.Resampling;
import org.edm2search.model.ops.SelfAttention;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.BranchOp;
import org.edm2search.space.architecture.ParameterSpec;
import org.edm2search.space.architecture.Resample;
import org.edm2search.space.architecture.Stage;
import org.edm2search.space.architecture.UNetLayout;

/**
 * Emits a laid-out network, its denoiser and its training loss into a graph.
 *
 * <p>Every weight is a matrix [rows, fan-in] in the graph, every scalar gain [1, 1], every Fourier
 * buffer [1, features]; all under their stable names.
 */
final class UNetGraph {

  /** Names of the graph's inputs. Per-image scalars are [N, 1], images NCHW. */
  static final String IMAGES = "images";

  static final String NOISE = "noise";
  static final String SIGMA = "sigma";
  static final String LABELS = "labels";
  static final String SKIP = "c_skip";
  static final String OUT = "c_out";
  static final String IN = "c_in";
  static final String NOISE_LEVEL = "c_noise";
  static final String LOSS_WEIGHT = "loss_weight";

  private static final double BLOCK_SUM = 0.3;
  private static final double HALF = 0.5;

  private final UNetLayout layout;
  private final int batch;
  private final Graph graph;
  private final Tape tape;
  private final MagnitudePreserving magnitudePreserving;
  private final MpConvolution convolution;
  private final Resampling resampling;
  private final SelfAttention attention;
  private final Map<String, Node> parameters = new HashMap<>();

  private UNetGraph(UNetLayout layout, int batch, Device device) {
    this.layout = layout;
    this.batch = batch;
    graph = new Graph(device);
    tape = new Tape(graph);
    magnitudePreserving = new MagnitudePreserving(tape);
    convolution = new MpConvolution(tape);
    resampling = new Resampling(tape);
    attention = new SelfAttention(tape);
    for (ParameterSpec parameter : layout.parameters()) {
      long[] shape =
          switch (parameter.kind()) {
            case WEIGHT -> new long[] {parameter.rows(), parameter.fanIn()};
            case GAIN -> new long[] {1, 1};
            case FREQUENCIES, PHASES -> new long[] {1, parameter.size()};
          };
      parameters.put(parameter.name(), graph.parameter(parameter.name(), shape));
    }
  }

  /** A graph that denoises: D(x; σ, c). */
  record Denoising(Graph graph, Node denoised) {}

  /** A graph that denoises noised images and gives the loss and its gradients by parameter name. */
  record Training(
      Graph graph, Node denoised, Node logVariance, Node loss, Map<String, Node> gradients) {}

  /** Builds the denoiser for a batch size. */
  static Denoising denoising(UNetLayout layout, int batch, Device device) {
    UNetGraph network = new UNetGraph(layout, batch, device);
    Node images = network.channelsLast(network.imageInput(IMAGES));
    Node denoised = network.denoise(images);
    return new Denoising(network.graph, network.channelsFirst(denoised));
  }

  /** Builds the training step for a batch size. */
  static Training training(UNetLayout layout, int batch, Device device) {
    return new UNetGraph(layout, batch, device).training();
  }

  private Training training() {
    Node clean = channelsLast(imageInput(IMAGES));
    Node noise = channelsLast(imageInput(NOISE));
    Node sigma = graph.input(SIGMA, batch, 1);
    Node weight = graph.input(LOSS_WEIGHT, batch, 1);
    Node noisy = images(graph.add(rows(clean), graph.multiply(rows(noise), sigma)));
    Node denoised = denoise(noisy);
    Node logVariance =
        convolution.linear(
            fourier("logvar_fourier"), parameter("logvar_linear.weight"), Math.sqrt(2));

    // Mean over elements of λ/exp(u)·(D − x)² + u (EDM2, equation 21).
    Node error = graph.subtract(rows(denoised), rows(clean));
    Node precision = graph.multiply(weight, graph.exp(graph.scale(logVariance, -1)));
    Node weighted =
        graph.multiply(
            precision, graph.sumColumns(graph.multiply(error, error), 1.0 / error.size(1)));
    Node loss = graph.scale(graph.sumAll(graph.add(weighted, logVariance)), 1.0 / batch);

    Node errorGradient =
        graph.multiply(error, graph.scale(precision, 2.0 / (batch * (double) error.size(1))));
    tape.accumulate(denoised, images(errorGradient));
    tape.accumulate(
        logVariance, graph.scale(graph.shift(graph.scale(weighted, -1), 1), 1.0 / batch));
    tape.backward();

    Map<String, Node> gradients = new HashMap<>();
    for (ParameterSpec parameter : layout.parameters()) {
      if (parameter.trainable()) {
        gradients.put(parameter.name(), tape.gradient(parameter(parameter.name())));
      }
    }
    return new Training(graph, channelsFirst(denoised), logVariance, loss, gradients);
  }

  /** D(x) = c_skip·x + c_out·F(c_in·x), [N·H·W, C]. */
  private Node denoise(Node images) {
    ArchitectureSpec spec = layout.spec();
    Node x = rows(images);
    Node scaled = images(graph.multiply(x, graph.input(IN, batch, 1)));
    Node withOnes = graph.concat(1, scaled, graph.filled(1, scaled.size(0), 1));
    FeatureMap input =
        new FeatureMap(withOnes, batch, spec.imgResolution(), spec.imgChannels() + 1);
    Node skip = graph.multiply(x, graph.input(SKIP, batch, 1));
    Node out = graph.input(OUT, batch, 1);
    Node raw = network(input);
    Node denoised = images(graph.add(skip, graph.multiply(rows(raw), out)));
    tape.record(
        () -> tape.accumulate(raw, images(graph.multiply(rows(tape.gradient(denoised)), out))));
    return denoised;
  }

  private Node network(FeatureMap input) {
    Node embedding = embedding();
    Map<String, FeatureMap> outputs = new HashMap<>();
    FeatureMap x = convolution.dense(input, weight(layout.inputLayer()), 3, 1);
    outputs.put(layout.inputLayer(), x);
    for (BlockSpec block : layout.blocks()) {
      if (block.skip().isPresent()) {
        String skip = block.skip().get().layer();
        x = magnitudePreserving.cat(x, Objects.requireNonNull(outputs.get(skip), skip));
      }
      x = block(block, x, embedding);
      outputs.put(block.name(), x);
    }
    FeatureMap last = convolution.dense(x, weight("out_conv"), 3, 1);
    return magnitudePreserving.gain(last.node(), parameter("unet.out_gain"));
  }

  /** The condition embedding but for {@link MagnitudePreserving#SILU_GAIN}, [N, channels]. */
  private Node embedding() {
    ArchitectureSpec spec = layout.spec();
    boolean conditional = spec.labelDim() > 0;
    double share = conditional ? MagnitudePreserving.sumWeight(HALF) : 1;
    Node embedding =
        convolution.linear(fourier("unet.emb_fourier"), weight("emb_noise"), Math.sqrt(2) * share);
    if (conditional) {
      Node labels = graph.input(LABELS, batch, spec.labelDim());
      Node classes =
          convolution.linear(labels, weight("emb_label"), Math.sqrt(spec.labelDim()) * share);
      embedding = add(embedding, classes);
    }
    return magnitudePreserving.silu(embedding);
  }

  /** cos(f·c_noise + p); the factor √2 is folded into the layer that follows. */
  private Node fourier(String name) {
    Node level = graph.inputs().get(NOISE_LEVEL);
    if (level == null) {
      level = graph.input(NOISE_LEVEL, batch, 1);
    }
    Node angle =
        graph.add(graph.multiply(level, parameter(name + ".freqs")), parameter(name + ".phases"));
    return graph.cos(angle);
  }

  private FeatureMap block(BlockSpec block, FeatureMap input, Node embedding) {
    FeatureMap x = resample(block.resample(), input);
    if (block.stage() == Stage.DECODER) {
      return finish(block, decoderSum(block, x, branch(block, x, embedding)));
    }
    if (block.hasSkipConvolution()) {
      x = convolution.pointwise(x, blockWeight(block, "conv_skip"), 1);
    }
    x = x.with(magnitudePreserving.normalizeRows(x.node()));
    Node y = branch(block, x, embedding).node();
    return finish(block, x.with(magnitudePreserving.sum(x.node(), y, BLOCK_SUM)));
  }

  private FeatureMap decoderSum(BlockSpec block, FeatureMap x, FeatureMap y) {
    if (!block.hasSkipConvolution()) {
      return x.with(magnitudePreserving.sum(x.node(), y.node(), BLOCK_SUM));
    }
    // The weight of the main path is folded into its convolution.
    FeatureMap main =
        convolution.pointwise(
            x, blockWeight(block, "conv_skip"), MagnitudePreserving.mainWeight(BLOCK_SUM));
    return main.with(add(main.node(), y.node()));
  }

  private Node add(Node a, Node b) {
    Node sum = graph.add(a, b);
    tape.record(
        () -> {
          tape.accumulate(a, tape.gradient(sum));
          tape.accumulate(b, tape.gradient(sum));
        });
    return sum;
  }

  private FeatureMap finish(BlockSpec block, FeatureMap x) {
    FeatureMap result = x;
    if (block.hasAttention()) {
      FeatureMap attended =
          attention.attend(
              x,
              blockWeight(block, "attn_qkv"),
              blockWeight(block, "attn_proj"),
              block.heads(),
              MagnitudePreserving.sumWeight(BLOCK_SUM));
      result = x.with(magnitudePreserving.sum(x.node(), attended.node(), BLOCK_SUM));
    }
    return result.with(magnitudePreserving.clip(result.node()));
  }

  private FeatureMap resample(Resample resample, FeatureMap x) {
    return switch (resample) {
      case KEEP -> x;
      case DOWN -> resampling.down(x);
      case UP -> resampling.up(x);
    };
  }

  private FeatureMap branch(BlockSpec block, FeatureMap x, Node embedding) {
    List<BranchOp> ops = new ArrayList<>(block.ops());
    BranchOp lastLinear =
        ops.stream()
            .filter(op -> !(op instanceof BranchOp.Activate || op instanceof BranchOp.Modulate))
            .reduce((first, second) -> second)
            .orElseThrow();
    BranchEmitter emitter = new BranchEmitter(block, x, embedding, lastLinear);
    ops.forEach(op -> op.accept(emitter));
    return emitter.x;
  }

  /** Emits a residual branch; constant factors wait for the next convolution. */
  private final class BranchEmitter implements BranchOp.Visitor<Void> {
    private final BlockSpec block;
    private final Node embedding;
    private final BranchOp lastLinear;
    private FeatureMap x;
    private double pendingGain = 1;

    /** Whether x is half of what the architecture says, for the activation that follows. */
    private boolean halved;

    BranchEmitter(BlockSpec block, FeatureMap x, Node embedding, BranchOp lastLinear) {
      this.block = block;
      this.x = x;
      this.embedding = embedding;
      this.lastLinear = lastLinear;
    }

    private double takeGain(BranchOp op) {
      double gain =
          op == lastLinear ? pendingGain * MagnitudePreserving.sumWeight(BLOCK_SUM) : pendingGain;
      pendingGain = 1;
      halved = isActivatedNext(op);
      return halved ? HALF * gain : gain;
    }

    /** Returns whether nothing but a modulation lies between a linear layer and an activation. */
    private boolean isActivatedNext(BranchOp op) {
      return block.ops().stream()
          .dropWhile(other -> other != op)
          .skip(1)
          .dropWhile(BranchOp.Modulate.class::isInstance)
          .findFirst()
          .filter(BranchOp.Activate.class::isInstance)
          .isPresent();
    }

    @Override
    public Void activate(BranchOp.Activate op) {
      if (pendingGain != 1) {
        throw new IllegalStateException(block.name() + ": two activations in a row");
      }
      Node y =
          halved ? magnitudePreserving.siluOfHalf(x.node()) : magnitudePreserving.silu(x.node());
      x = x.with(y);
      halved = false;
      pendingGain = MagnitudePreserving.SILU_GAIN;
      return null;
    }

    @Override
    public Void convolution(BranchOp.Convolution op) {
      x = convolution.dense(x, blockWeight(block, op.name()), op.kernel(), takeGain(op));
      return null;
    }

    @Override
    public Void depthwise(BranchOp.Depthwise op) {
      x = convolution.depthwise(x, blockWeight(block, op.name()), op.kernel(), takeGain(op));
      return null;
    }

    @Override
    public Void modulate(BranchOp.Modulate op) {
      Node scale =
          convolution.linear(
              embedding, blockWeight(block, "emb_linear"), MagnitudePreserving.SILU_GAIN);
      x = magnitudePreserving.modulate(x, scale, parameter("unet." + block.name() + ".emb_gain"));
      return null;
    }
  }

  private Node parameter(String name) {
    Node node = parameters.get(name);
    if (node == null) {
      throw new IllegalStateException("the layout has no parameter " + name);
    }
    return node;
  }

  private Node weight(String layer) {
    return parameter("unet." + layer + ".weight");
  }

  private Node blockWeight(BlockSpec block, String layer) {
    return weight(block.name() + "." + layer);
  }

  private Node imageInput(String name) {
    ArchitectureSpec spec = layout.spec();
    return graph.input(name, batch, spec.imgChannels(), spec.imgResolution(), spec.imgResolution());
  }

  /** [N, C, H, W] → [N·H·W, C] */
  private Node channelsLast(Node images) {
    if (images.size(1) == 1) {
      return graph.reshape(images, images.length(), 1);
    }
    return graph.reshape(
        graph.permute(images, 0, 2, 3, 1), images.length() / images.size(1), images.size(1));
  }

  /** [N·H·W, C] → [N, C, H, W] */
  private Node channelsFirst(Node matrix) {
    ArchitectureSpec spec = layout.spec();
    int size = spec.imgResolution();
    int channels = spec.imgChannels();
    if (channels == 1) {
      return graph.reshape(matrix, batch, 1, size, size);
    }
    return graph.permute(graph.reshape(matrix, batch, size, size, channels), 0, 3, 1, 2);
  }

  /** [N·H·W, C] → [N, H·W·C] */
  private Node rows(Node matrix) {
    return graph.reshape(matrix, batch, matrix.length() / batch);
  }

  /** [N, H·W·C] → [N·H·W, C] */
  private Node images(Node rows) {
    int channels = layout.spec().imgChannels();
    return graph.reshape(rows, rows.length() / channels, channels);
  }
}
