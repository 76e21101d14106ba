package org.edm2search.eval.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.edm2search.data.ImageBatch;
import org.edm2search.eval.fid.InvalidFeaturesException;
import org.edm2search.model.checkpoint.ElementType;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.onnx.Attribute;
import org.edm2search.model.onnx.Dimension;
import org.edm2search.model.onnx.OnnxGraph;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Any network in an ONNX file gives features, and says why if it cannot. */
class OnnxExtractorTest {

  private static final Dimension N = Dimension.named("N");

  @TempDir private Path directory;

  // ---------------------------------------------------------------- models

  private interface Layers {
    void on(OnnxGraph graph, String images);
  }

  private static OnnxGraph graph(Dimension batch, Dimension size, Layers layers) {
    OnnxGraph graph = new OnnxGraph("test");
    layers.on(graph, graph.input("x", ElementType.F32, batch, Dimension.of(3), size, size));
    return graph;
  }

  /** The mean of each colour. */
  private static void means(OnnxGraph graph, String images) {
    graph.node("pooled", "GlobalAveragePool", List.of(images));
    graph.node("features", "Flatten", List.of("pooled"), Attribute.integer("axis", 1));
    graph.output("features", ElementType.F32, N, Dimension.of(3));
  }

  private Path write(OnnxGraph graph) throws IOException {
    return write(bytes(graph));
  }

  private Path write(byte[] bytes) throws IOException {
    return Files.write(directory.resolve("model.onnx"), bytes);
  }

  private static byte[] bytes(OnnxGraph graph) {
    ByteBuffer buffer = graph.toBytes();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static ImageBatch images(int count, int channels, int size, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] pixels = new float[count * channels * size * size];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextInt(256) / 127.5f - 1;
    }
    return new ImageBatch(pixels, new int[count], channels, size, size);
  }

  private static OnnxExtractor open(Path file, ImageInput input) {
    return OnnxExtractor.ofFile(file, input, Optional.empty());
  }

  // ---------------------------------------------------------------- features

  @Test
  void imagesArePreparedAsDeclared() throws IOException {
    Path file = write(graph(N, Dimension.of(8), OnnxExtractorTest::means));
    ImageBatch images = images(40, 3, 8, 1);
    ImageInput input =
        new ImageInput(8, Resize.BICUBIC, List.of(0.1, 0.2, 0.3), List.of(0.5, 1.0, 2.0));
    try (OnnxExtractor extractor = open(file, input)) {
      double[][] features = extractor.features(images);
      for (int image = 0; image < 40; image++) {
        for (int c = 0; c < 3; c++) {
          double mean = 0;
          for (int i = 0; i < 64; i++) {
            mean += Math.round((images.pixels()[(image * 3 + c) * 64 + i] + 1) * 127.5) / 255.0;
          }
          double expected = (mean / 64 - input.mean().get(c)) / input.std().get(c);
          assertThat(features[image][c]).isCloseTo(expected, within(1e-5));
        }
      }
      assertThat(extractor.id())
          .matches("onnx [0-9a-f]{8} 8 bicubic mean \\[0.1, 0.2, 0.3] std \\[0.5, 1.0, 2.0]");
    }
  }

  @Test
  void greyIsRepeatedAndBatchesOfOneAreServed() throws IOException {
    Path file = write(graph(Dimension.of(1), Dimension.of(8), OnnxExtractorTest::means));
    ImageInput plain =
        new ImageInput(0, Resize.BILINEAR, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
    try (OnnxExtractor extractor = open(file, plain)) {
      double[][] features = extractor.features(images(3, 1, 8, 2));
      assertThat(features).hasDimensions(3, 3);
      assertThat(features[2][0]).isEqualTo(features[2][1]).isEqualTo(features[2][2]);
      assertThatThrownBy(() -> extractor.features(images(1, 2, 8, 3)))
          .hasMessageContaining("1 or 3 channels, but these have 2");
    }
  }

  @Test
  void dimensionsThatAModelDoesNotDeclareAreMeasured() throws IOException {
    Path file =
        write(
            graph(
                N,
                Dimension.of(4),
                (graph, x) -> {
                  graph.node("flat", "Flatten", List.of(x), Attribute.integer("axis", 1));
                  graph.output("flat", ElementType.F32, N, Dimension.named("D"));
                }));
    try (OnnxExtractor extractor = open(file, ImageInput.DEFAULT)) {
      assertThat(extractor.dimensions()).isEqualTo(48);
      assertThat(extractor.id()).matches("onnx [0-9a-f]{8} 4 bicubic");
    }
  }

  /** Against PyTorch's antialiased interpolation, and TensorFlow 1's formula. */
  @ParameterizedTest
  @EnumSource
  void imagesAreResizedAsPyTorchAndTensorFlowDo(Resize resize) throws IOException {
    Map<String, Tensor> golden =
        Safetensors.read(Path.of("src/test/resources/inception/resize.safetensors")).tensors();
    long[] bytes = golden.get("image").longs();
    float[] pixels = new float[bytes.length];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = bytes[i] / 127.5f - 1;
    }
    ImageBatch image = new ImageBatch(pixels, new int[1], 3, 5, 7);
    for (int size : List.of(4, 13)) {
      Path file =
          write(
              graph(
                  N,
                  Dimension.of(size),
                  (graph, x) -> {
                    graph.node("flat", "Flatten", List.of(x), Attribute.integer("axis", 1));
                    graph.output("flat", ElementType.F32, N, Dimension.of(3L * size * size));
                  }));
      ImageInput plain = new ImageInput(0, resize, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
      try (OnnxExtractor extractor = open(file, plain)) {
        double[] expected = golden.get(resize + "-" + size).doubles();
        double[] actual = extractor.features(image)[0];
        for (int i = 0; i < expected.length; i++) {
          assertThat(actual[i] * 255).as("%s %d", resize, i).isCloseTo(expected[i], within(2e-3));
        }
      }
    }
  }

  // ---------------------------------------------------------------- models that do not fit

  private void refuses(Path file, ImageInput input, Optional<String> output, String rule) {
    assertThatThrownBy(() -> OnnxExtractor.ofFile(file, input, output).close())
        .isInstanceOf(InvalidFeaturesException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining(rule)
        .message()
        .doesNotContain("\n");
  }

  @Test
  void whatDoesNotFitIsNamed() throws IOException {
    Path file = write(graph(N, Dimension.of(8), OnnxExtractorTest::means));
    refuses(file, ImageInput.DEFAULT, Optional.of("CLS"), "no output 'CLS'; there are [features]");
    refuses(file, ImageInput.DEFAULT.withSize(9), Optional.empty(), "takes images of 8×8");
    write(graph(Dimension.of(7), Dimension.of(8), OnnxExtractorTest::means));
    refuses(file, ImageInput.DEFAULT, Optional.empty(), "batches of exactly 7");
    write(graph(N, Dimension.named("S"), OnnxExtractorTest::means));
    refuses(file, ImageInput.DEFAULT, Optional.empty(), "give one as size");
    write(
        graph(
            N,
            Dimension.of(8),
            (graph, x) -> {
              graph.node("pooled", "GlobalAveragePool", List.of(x));
              graph.output("pooled", ElementType.F32, N, Dimension.of(3), N, N);
            }));
    refuses(file, ImageInput.DEFAULT, Optional.empty(), "pooled must have shape [N, D]");
    write(
        graph(
            N,
            Dimension.of(8),
            (graph, x) -> {
              means(graph, x);
              graph.node("other", "Relu", List.of("features"));
              graph.output("other", ElementType.F32, N, Dimension.of(3));
            }));
    refuses(file, ImageInput.DEFAULT, Optional.empty(), "has the outputs [features, other]");
    try (OnnxExtractor chosen =
        OnnxExtractor.ofFile(file, ImageInput.DEFAULT, Optional.of("other"))) {
      assertThat(chosen.id()).endsWith(" other");
    }
    write(
        graph(
            N,
            Dimension.of(100),
            (graph, x) -> {
              graph.node("flat", "Flatten", List.of(x), Attribute.integer("axis", 1));
              graph.output("flat", ElementType.F32, N, Dimension.named("D"));
            }));
    refuses(file, ImageInput.DEFAULT, Optional.empty(), "30000 features an image, over");
  }

  @Test
  void featuresThatAreNotFiniteAreRefused() throws IOException {
    Path file =
        write(
            graph(
                N,
                Dimension.of(8),
                (graph, x) -> {
                  means(graph, x);
                  graph.node("log", "Log", List.of("features"));
                  graph.output("log", ElementType.F32, N, Dimension.of(3));
                }));
    try (OnnxExtractor extractor =
        OnnxExtractor.ofFile(file, ImageInput.DEFAULT, Optional.of("log"))) {
      ImageBatch black = new ImageBatch(filled(3 * 64), new int[1], 3, 8, 8);
      assertThatThrownBy(() -> extractor.features(black)).hasMessageContaining("not finite");
    }
  }

  private static float[] filled(int length) {
    float[] black = new float[length];
    Arrays.fill(black, -1);
    return black;
  }

  // ---------------------------------------------------------------- hostile files

  @Test
  void whatIsNoModelIsRefused() throws IOException {
    refuses(directory, ImageInput.DEFAULT, Optional.empty(), "is a directory");
    refuses(directory.resolve("none.onnx"), ImageInput.DEFAULT, Optional.empty(), "no such file");
    refuses(write(new byte[0]), ImageInput.DEFAULT, Optional.empty(), "no ONNX model");
    refuses(
        write("this is not a model".getBytes(StandardCharsets.UTF_8)),
        ImageInput.DEFAULT,
        Optional.empty(),
        "no ONNX model");
    byte[] random = new byte[10_000];
    new java.util.Random(1).nextBytes(random);
    refuses(write(random), ImageInput.DEFAULT, Optional.empty(), "no ONNX model");
  }

  @Test
  void everyTruncatedModelIsRefused() throws IOException {
    byte[] whole = bytes(graph(N, Dimension.of(8), OnnxExtractorTest::means));
    for (int length = 0; length < whole.length; length++) {
      Path file = write(Arrays.copyOf(whole, length));
      refuses(file, ImageInput.DEFAULT, Optional.empty(), "");
    }
  }

  @Test
  void deepNestingIsRefused() throws IOException {
    // A node with an attribute with a graph with a node …
    byte[] inner = {};
    for (int i = 0; i < 400; i++) {
      int field = i % 3 == 0 ? 1 : i % 3 == 1 ? 6 : 5;
      inner = field(i == 399 ? 7 : field, inner);
    }
    refuses(write(inner), ImageInput.DEFAULT, Optional.empty(), "");
  }

  /** A length-delimited field. */
  private static byte[] field(int number, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(number << 3 | 2);
    int length = content.length;
    for (; length > 127; length >>>= 7) {
      out.write(length & 0x7f | 0x80);
    }
    out.write(length);
    out.writeBytes(content);
    return out.toByteArray();
  }

  /** A model whose constant is in a file: the sum of the colours' means and it. */
  private Path withTensorIn(String location) throws IOException {
    byte[] key = field(1, "location".getBytes(StandardCharsets.UTF_8));
    byte[] value = field(2, location.getBytes(StandardCharsets.UTF_8));
    ByteArrayOutputStream entry = new ByteArrayOutputStream();
    entry.writeBytes(key);
    entry.writeBytes(value);
    ByteArrayOutputStream tensor = new ByteArrayOutputStream();
    tensor.writeBytes(new byte[] {1 << 3, 3, 2 << 3, 1, 14 << 3, 1});
    tensor.writeBytes(field(8, "outside".getBytes(StandardCharsets.UTF_8)));
    tensor.writeBytes(field(13, entry.toByteArray()));
    byte[] graph =
        bytes(
            graph(
                N,
                Dimension.of(8),
                (g, x) -> {
                  g.node("pooled", "GlobalAveragePool", List.of(x));
                  g.node("flat", "Flatten", List.of("pooled"), Attribute.integer("axis", 1));
                  g.input("outside", ElementType.F32, Dimension.of(3));
                  g.node("features", "Add", List.of("flat", "outside"));
                  g.output("features", ElementType.F32, N, Dimension.of(3));
                }));
    ByteArrayOutputStream model = new ByteArrayOutputStream();
    model.writeBytes(graph);
    // Messages given twice are merged: the tensor joins the graph.
    model.writeBytes(field(7, field(5, tensor.toByteArray())));
    return write(model.toByteArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../secret", "/etc/passwd", "sub/file", "..", "", "*/_ORT_MEM_ADDR_/*"})
  void tensorsOutsideTheFolderAreRefused(String location) throws IOException {
    refuses(withTensorIn(location), ImageInput.DEFAULT, Optional.empty(), "not a file beside it");
  }

  @Test
  void aLinkThatLeadsOutIsRefusedAndAFileBesideIsRead() throws IOException {
    Path model = withTensorIn("data.bin");
    refuses(model, ImageInput.DEFAULT, Optional.empty(), "not a file beside it");
    Path elsewhere =
        Files.write(Files.createDirectory(directory.resolve("d")).resolve("x"), new byte[12]);
    Path link = Files.createSymbolicLink(directory.resolve("data.bin"), elsewhere);
    refuses(model, ImageInput.DEFAULT, Optional.empty(), "not a file beside it");
    Files.delete(link);
    Files.write(directory.resolve("data.bin"), new byte[12]);
    String before = id(model);
    Files.write(directory.resolve("data.bin"), new byte[] {0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 0});
    assertThat(id(model)).as("the hash covers the tensors").isNotEqualTo(before);
  }

  private static String id(Path model) {
    try (OnnxExtractor extractor = open(model, ImageInput.DEFAULT)) {
      return extractor.id();
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "8, 8", "007, 0", "-1, 0", "many, 0", "'', 0"})
  void threadsAreThoseOfTheEnvironment(String declared, int expected) {
    int all = Runtime.getRuntime().availableProcessors();
    assertThat(OnnxNetwork.threads(declared)).isEqualTo(expected == 0 ? all : expected);
  }
}
