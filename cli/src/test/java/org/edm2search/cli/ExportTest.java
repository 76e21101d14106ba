package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import onnx.Onnx.AttributeProto;
import onnx.Onnx.GraphProto;
import onnx.Onnx.ModelProto;
import onnx.Onnx.NodeProto;
import onnx.Onnx.StringStringEntryProto;
import onnx.Onnx.TensorProto;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.ParetoFront;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.model.Network;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BranchAssignment;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.base.Sha256;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.shade.protobuf.ByteString;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Bundles of a real campaign on images of one's own, made and checked by the real launcher. */
@Tag("slow")
class ExportTest {

  @TempDir private static Path directory;
  private static OwnCampaign campaign;
  private static Captured exported;

  @BeforeAll
  static void search() throws Exception {
    campaign = OwnCampaign.in(directory, "", "3e8");
    campaign.run("run", "photos.yaml", "--quiet");
    exported = campaign.run("export", "photos", "--best", "--license", "mit", "--out", "best");
  }

  /** Returns the sums of all bundles in a directory. */
  private static String sums(String folder) throws IOException {
    try (Stream<Path> bundles = Files.list(directory.resolve(folder))) {
      StringBuilder sums = new StringBuilder();
      for (Path bundle : bundles.filter(Files::isDirectory).sorted().toList()) {
        sums.append(Files.readString(bundle.resolve("SHA256SUMS")));
      }
      return sums.toString();
    }
  }

  private static JsonNode json(String file) throws IOException {
    return JsonMapper.shared().readTree(Files.readString(directory.resolve(file)));
  }

  @Test
  void theRecordedScoreIsReproducedOnTheSameImagesAlone() throws Exception {
    JsonNode checks =
        JsonMapper.shared().readTree(campaign.run("verify", "best", "--score", "--json").out());
    JsonNode score = checks.get("checks").get(checks.get("checks").size() - 1);
    assertThat(checks.get("passes").asBoolean()).isTrue();
    assertThat(score.get("name").asString()).startsWith("FD").contains("@32");
    // The same seeds: what is left is rounding.
    assertThat(score.get("error").asDouble()).isLessThan(1e-3 * score.get("tolerance").asDouble());

    Path more = directory.resolve("pictures/red/more.png");
    Files.copy(directory.resolve("pictures/blue/00.png"), more);
    Captured other = campaign.program().run("verify", "best", "--score");
    Files.delete(more);
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.err().lines()).hasSize(1);
    assertThat(other.err()).contains("best: was scored on other images");
  }

  @Test
  void numbersAndOriginAreThereForPrograms() throws Exception {
    Trial best = Leaderboard.of(campaign.snapshot().trials()).best().orElseThrow();
    JsonNode metrics = json("best/metrics.json");
    JsonNode score = metrics.get("score");
    assertThat(score.get("value").asDouble()).isEqualTo(best.score().orElseThrow());
    assertThat(score.get("low_95").asDouble()).isLessThan(score.get("value").asDouble());
    assertThat(score.get("protocol_digest").asString()).hasSize(64);
    assertThat(metrics.get("runs").get(0).get("trial").asInt()).isEqualTo(best.number());
    assertThat(metrics.get("standing").get("rank").asInt()).isEqualTo(1);
    assertThat(metrics.get("quantities").has("coverage")).isTrue();

    JsonNode training = json("best/training.json");
    assertThat(training.get("data").get("digest").asString())
        .isEqualTo(best.provenance().orElseThrow().digests().get("data set"));
    assertThat(training.get("seed").asLong()).isEqualTo(best.provenance().orElseThrow().seed());
    assertThat(training.get("flops").get("training").asLong())
        .isEqualTo(best.spent().training().longValueExact());
    assertThat(training.get("versions").has("nd4j")).isTrue();
    assertThat(Files.readString(directory.resolve("best/recipe.yaml"))).contains("name: photos");
    assertThat(Files.readString(directory.resolve("best/README.md"))).contains("license: mit");
    assertThat(Files.readString(directory.resolve("best/network.svg"))).contains("</svg>");
    assertThat(exported.out()).containsPattern("sampler.jar 1\\d\\.\\dMB");
  }

  @Test
  void aTrialThatIsNotToldApartIsExportedWithAWarning() throws Exception {
    Matcher warning =
        Pattern.compile("warning: (trial \\d is the best by its score, but not told apart .*)")
            .matcher(exported.err());
    assertThat(warning.find()).as(exported.err()).isTrue();
    assertThat(Files.readString(directory.resolve("best/README.md"))).contains(warning.group(1));
    assertThat(json("best/metrics.json").get("standing").get("not_told_apart_from").size())
        .isPositive();
  }

  @Test
  void halfPrecisionSaysWhatItCosts() throws Exception {
    campaign.run("export", "photos", "--half", "--out", "half");

    JsonNode error = json("half/metrics.json").get("half_precision");
    for (JsonNode most : error.get("max_error")) {
      assertThat(most.asDouble()).isBetween(1e-9, 0.05);
    }
    assertThat(Files.readString(directory.resolve("half/README.md")))
        .contains("in half precision", "error of the weights");
    assertThat((double) Files.size(directory.resolve("half/model.safetensors")))
        .isLessThan(0.8 * Files.size(directory.resolve("best/model.safetensors")));
    assertThat(campaign.run("verify", "half").out()).contains("passes");
  }

  @Test
  void theParetoFrontIsADirectoryOfBundlesWithAPage() throws Exception {
    campaign.run("export", "photos", "--pareto", "--out", "front");
    String page = Files.readString(directory.resolve("front/index.html"));
    String sums = sums("front");
    Captured again = campaign.run("export", "photos", "--pareto", "--out", "front", "--json");

    List<Trial> front =
        ParetoFront.of(Leaderboard.of(campaign.snapshot().trials()).tables().get(0));
    assertThat(JsonMapper.shared().readTree(again.out()).get("bundles").size())
        .isEqualTo(front.size());
    Matcher link = Pattern.compile("(?:href|src)=\"([^\"]+)\"").matcher(page);
    while (link.find()) {
      assertThat(directory.resolve("front").resolve(link.group(1))).exists();
    }
    for (Trial trial : front) {
      String name = "photos-trial-" + trial.number();
      assertThat(page).contains(name + "/README.md", name + "/samples.png", name + "/model.onnx");
      assertThat(page)
          .contains(String.format(java.util.Locale.ROOT, "%.4g", trial.score().orElseThrow()));
    }
    assertThat(Files.readString(directory.resolve("front/index.html"))).isEqualTo(page);
    // Another process: orders that change from one to the next would show.
    assertThat(sums("front")).isEqualTo(sums);
    Files.writeString(directory.resolve("front/notes.txt"), "mine");
    Captured refused = campaign.program().run("export", "photos", "--pareto", "--out", "front");
    assertThat(refused.code()).isNotZero();
    assertThat(refused.err()).contains("holds notes.txt, which would be lost");
    assertThat(directory.resolve("front/index.html")).exists();
  }

  @Test
  void weightsUnderEdm2sNamesAreExportedScoredAndTrainedOn() throws Exception {
    ArchitectureSpec spec =
        ArchitectureSpec.builder()
            .imgResolution(8)
            .imgChannels(3)
            .labelDim(2)
            .modelChannels(64)
            .channelMult(List.of(1))
            .numBlocks(1)
            .attnResolutions(List.of())
            .channelsPerHead(64)
            .branches(BranchAssignment.uniform(Presets.branch("A")))
            .build();
    try (Network network = Network.initialize(spec, 1)) {
      // As a converted checkpoint of EDM2's: names and shapes tell the architecture, nothing else.
      Safetensors.write(
          directory.resolve("edm2.safetensors"),
          new TensorFile(Map.of(), Tensor.copyOf(network.tensors())));
    }
    campaign.run("export", "edm2.safetensors", "--out", "imported");
    assertThat(campaign.run("verify", "imported").out()).contains("passes");
    assertThat(
            campaign
                .run("evaluate", "edm2.safetensors", "--protocol", "photos.yaml", "--samples", 16)
                .out())
        .contains("@16");
    campaign.run(
        "train",
        "--from",
        "edm2.safetensors",
        "--recipe",
        "photos.yaml",
        "--flops",
        "3.5e9",
        "--out",
        "tuned");
    campaign.run("export", "tuned", "--out", "tuned-model");
    assertThat(json("tuned-model/training.json").get("first weights").asString())
        .contains("edm2.safetensors");
    Captured unscored = campaign.program().run("verify", "tuned-model", "--score");
    assertThat(unscored.code()).isEqualTo(1);
    assertThat(unscored.err()).contains("metrics.json has no score to reproduce");
  }

  // ---------------------------------------------------------------- hostile bundles

  /** What others may put into a bundle, with what is said of it. */
  private enum Attack {
    FLIPPED_BYTE("model.safetensors", "is damaged") {
      @Override
      byte[] change(byte[] content) {
        content[content.length / 2] ^= 4;
        return content;
      }
    },
    ABSURD_SAMPLER("sampler.json", "steps must be between 2 and 10000") {
      @Override
      byte[] change(byte[] content) {
        return new String(content, StandardCharsets.UTF_8)
            .replace("\"steps\" : 3", "\"steps\" : 2000000000")
            .getBytes(StandardCharsets.UTF_8);
      }
    },
    CUSTOM_OPERATOR("model.onnx", "is not the graph that this version exports") {
      @Override
      void change(GraphProto.Builder graph) {
        graph.addNode(
            NodeProto.newBuilder().setDomain("evil.ops").setOpType("Run").addOutput("out"));
      }
    },
    HUGE_CONSTANT("model.onnx", "is not the graph that this version exports") {
      @Override
      void change(GraphProto.Builder graph) {
        graph.addInitializer(
            TensorProto.newBuilder()
                .setName("sizes")
                .setDataType(7)
                .addDims(1)
                .setRawData(ByteString.copyFrom(new byte[] {0, 0, 0, 0, 0, 1, 0, 0})));
        graph.addNode(
            NodeProto.newBuilder()
                .setOpType("ConstantOfShape")
                .addInput("sizes")
                .addOutput("huge")
                .addAttribute(AttributeProto.newBuilder().setName("value")));
      }
    },
    ABSURD_DIMENSIONS("model.onnx", "is not the graph that this version exports") {
      @Override
      void change(GraphProto.Builder graph) {
        graph.getInitializerBuilder(0).addDims(1L << 40);
      }
    },
    DATA_ELSEWHERE("model.onnx", "is not the graph that this version exports") {
      @Override
      void change(GraphProto.Builder graph) {
        TensorProto.Builder largest =
            graph.getInitializerBuilderList().stream()
                .max((a, b) -> a.getRawData().size() - b.getRawData().size())
                .orElseThrow();
        largest.clearRawData().setDataLocation(TensorProto.DataLocation.EXTERNAL);
        largest.addExternalData(
            StringStringEntryProto.newBuilder()
                .setKey("location")
                .setValue("../pictures/red/00.png"));
      }
    },
    NO_NETWORK("model.onnx", "is no ONNX file") {
      @Override
      byte[] change(byte[] content) {
        return "PK no network".getBytes(StandardCharsets.UTF_8);
      }
    },
    NAME_OUTSIDE("SHA256SUMS", "a line must be a SHA-256 and a file of the bundle") {
      @Override
      byte[] change(byte[] content) {
        return (new String(content, StandardCharsets.UTF_8)
                + "0".repeat(64)
                + "  ../../.ssh/id_rsa\n")
            .getBytes(StandardCharsets.UTF_8);
      }
    };

    private final String file;
    private final String message;

    Attack(String file, String message) {
      this.file = file;
      this.message = message;
    }

    byte[] change(byte[] content) {
      try {
        ModelProto.Builder model = ModelProto.parseFrom(content).toBuilder();
        change(model.getGraphBuilder());
        return model.build().toByteArray();
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    void change(GraphProto.Builder graph) {}
  }

  @ParameterizedTest
  @EnumSource
  void aHostileBundleIsRefusedInALine(Attack attack, @TempDir Path folder) throws Exception {
    Path bundle = Files.createDirectory(folder.resolve("bundle"));
    try (Stream<Path> files = Files.list(directory.resolve("best"))) {
      for (Path file : files.toList()) {
        Files.copy(file, bundle.resolve(file.getFileName()));
      }
    }
    Path file = bundle.resolve(attack.file);
    Files.write(file, attack.change(Files.readAllBytes(file)));
    if (attack != Attack.FLIPPED_BYTE) {
      renewSum(bundle, attack.file);
    }
    Captured refused = campaign.program().run("verify", bundle);
    assertThat(refused.code()).as(refused.err()).isEqualTo(1);
    assertThat(refused.out()).isEmpty();
    assertThat(refused.err().lines()).as(refused.err()).hasSize(1);
    assertThat(refused.err()).contains(attack.file, attack.message);
  }

  private static void renewSum(Path bundle, String name) throws IOException {
    Path sums = bundle.resolve("SHA256SUMS");
    String hex = new Sha256().add(bundle.resolve(name)).hex();
    Files.write(
        sums,
        Files.readAllLines(sums).stream()
            .map(line -> line.endsWith("  " + name) ? hex + "  " + name : line)
            .toList());
  }
}
