package org.edm2search.model.onnx;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.edm2search.model.Preconditioning;
import org.edm2search.model.checkpoint.ElementType;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.WeightedNetwork;
import org.edm2search.model.ops.MagnitudePreserving;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.Stage;
import org.edm2search.space.architecture.UNetLayout;
import org.edm2search.space.yaml.ArchitectureYaml;

/**
 * A network as an ONNX graph that denoises: D(x; σ, c) with its preconditioning (EDM, equation 7).
 *
 * <ul>
 *   <li>inputs {@value #IMAGES} [N, C, H, W], {@value #SIGMA} [N] and, if the network has classes,
 *       {@value #LABELS} [N, classes], one-hot or zeros; all float32, N free
 *   <li>output {@value #DENOISED} [N, C, H, W]
 * </ul>
 *
 * <p>Weights are normalized once, here, and constant factors of neighbouring operations folded into
 * them: what is left are plain convolutions. Those in half precision are stored as they are, with
 * the factor of each row beside them, so that nothing is rounded twice.
 */
public final class OnnxDenoiser {

  public static final String IMAGES = "x";
  public static final String SIGMA = "sigma";
  public static final String LABELS = "class_labels";
  public static final String DENOISED = "denoised";

  private static final String BATCH = "N";
  private static final double BLOCK_SUM = 0.3;
  private static final double HALF = 0.5;

  private final UNetLayout layout;
  private final OnnxLayers layers;
  private final OnnxGraph graph;

  private OnnxDenoiser(WeightedNetwork network) {
    layout = UNetLayout.of(network.architecture());
    graph = new OnnxGraph("denoiser");
    layers = new OnnxLayers(graph, network.tensors());
  }

  /**
   * Builds the graph of a network. Weights in half precision stay so, at half the size; computed is
   * in float32 either way.
   */
  public static OnnxGraph of(WeightedNetwork network) {
    OnnxDenoiser denoiser = new OnnxDenoiser(network);
    denoiser.build();
    return denoiser.graph;
  }

  private void build() {
    ArchitectureSpec spec = layout.spec();
    graph.metadata(ArchitectureYaml.JSON_KEY, ArchitectureYaml.toJson(spec));
    graph.metadata("sigma_data", Double.toString(Preconditioning.SIGMA_DATA));
    Dimension[] shape = {
      Dimension.named(BATCH),
      Dimension.of(spec.imgChannels()),
      Dimension.of(spec.imgResolution()),
      Dimension.of(spec.imgResolution())
    };
    String images = graph.input(IMAGES, ElementType.F32, shape);
    String sigma = graph.input(SIGMA, ElementType.F32, Dimension.named(BATCH));
    if (spec.labelDim() > 0) {
      graph.input(LABELS, ElementType.F32, Dimension.named(BATCH), Dimension.of(spec.labelDim()));
    }
    denoise(images, sigma);
    graph.output(DENOISED, ElementType.F32, shape);
  }

  /** D(x) = c_skip·x + c_out·F(c_in·x, c_noise). */
  private void denoise(String images, String sigma) {
    double data = Preconditioning.SIGMA_DATA;
    String column = layers.reshape("sigma_column", sigma, -1, 1);
    String noise = layers.scale("c_noise", graph.node("log_sigma", "Log", List.of(column)), 0.25);
    String level = layers.reshape("sigma_level", sigma, -1, 1, 1, 1);
    String total =
        graph.node(
            "sigma_total",
            "Add",
            List.of(
                graph.node("sigma_squared", "Mul", List.of(level, level)),
                layers.scalar(data * data)));
    String root = graph.node("sigma_root", "Sqrt", List.of(total));
    String skip = graph.node("c_skip", "Div", List.of(layers.scalar(data * data), total));
    String out =
        graph.node("c_out", "Div", List.of(layers.scale("sigma_data_level", level, data), root));
    String scaled = graph.node("c_in_x", "Div", List.of(images, root));

    String raw = network(scaled, noise);
    graph.node(
        DENOISED,
        "Add",
        List.of(
            graph.node("c_skip_x", "Mul", List.of(images, skip)),
            graph.node("c_out_f", "Mul", List.of(raw, out))));
  }

  private String network(String images, String noise) {
    String embedding = embedding(noise);
    // A constant channel of ones behind the image's.
    String pads = graph.constant("ones_pads", Tensor.ofLongs(List.of(8), 0, 0, 0, 0, 0, 1, 0, 0));
    String input = graph.node("with_ones", "Pad", List.of(images, pads, layers.scalar(1)));
    Map<String, String> outputs = new HashMap<>();
    String x = layers.convolution(layout.inputLayer(), input, layer(layout.inputLayer()), 1, 1);
    int channels = layout.spec().channels(0);
    outputs.put(layout.inputLayer(), x);
    for (BlockSpec block : layout.blocks()) {
      if (block.skip().isPresent()) {
        String skipped =
            Objects.requireNonNull(outputs.get(block.skip().get().layer()), block::name);
        x = layers.cat(block.name(), x, channels, skipped, block);
      }
      x = block(block, x, embedding);
      channels = block.channels();
      outputs.put(block.name(), x);
    }
    return layers.convolution("out_conv", x, layer("out_conv"), 1, layers.gain("unet.out_gain"));
  }

  /** The condition embedding but for {@link MagnitudePreserving#SILU_GAIN}, [N, channels]. */
  private String embedding(String noise) {
    ArchitectureSpec spec = layout.spec();
    boolean conditional = spec.labelDim() > 0;
    double share = conditional ? MagnitudePreserving.sumWeight(HALF) : 1;
    String features = layers.fourier("unet.emb_fourier", noise);
    String embedding =
        layers.linear("emb_noise", features, layer("emb_noise"), Math.sqrt(2) * share);
    if (conditional) {
      double gain = Math.sqrt(spec.labelDim()) * share;
      String classes = layers.linear("emb_label", LABELS, layer("emb_label"), gain);
      embedding = graph.node("embedding", "Add", List.of(embedding, classes));
    }
    return layers.silu("embedding_silu", embedding);
  }

  private String block(BlockSpec block, String input, String embedding) {
    String name = block.name();
    String x = layers.resample(name, input, block.resample());
    String main = x;
    boolean encoder = block.stage() == Stage.ENCODER;
    double mainWeight = MagnitudePreserving.mainWeight(BLOCK_SUM);
    if (encoder) {
      if (block.hasSkipConvolution()) {
        main = layers.convolution(name + "/conv_skip", x, layer(name + ".conv_skip"), 1, 1);
      }
      main = layers.normalize(name + "/pixel_norm", main, 1);
      x = main;
    }
    String branch = OnnxBranch.emit(layers, block, x, embedding, sumWeight());
    if (!encoder && block.hasSkipConvolution()) {
      main = layers.convolution(name + "/conv_skip", x, layer(name + ".conv_skip"), 1, mainWeight);
    } else {
      main = layers.scale(name + "/main", main, mainWeight);
    }
    String sum = graph.node(name + "/sum", "Add", List.of(main, branch));
    if (block.hasAttention()) {
      String attended = OnnxAttention.emit(layers, block, sum, sumWeight());
      sum =
          graph.node(
              name + "/attn_sum",
              "Add",
              List.of(layers.scale(name + "/attn_main", sum, mainWeight), attended));
    }
    return layers.clip(name + "/clip", sum);
  }

  private static double sumWeight() {
    return MagnitudePreserving.sumWeight(BLOCK_SUM);
  }

  private static String layer(String name) {
    return OnnxLayers.weight(name);
  }
}
