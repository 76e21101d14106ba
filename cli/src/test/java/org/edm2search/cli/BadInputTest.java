package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.edm2search.model.checkpoint.Safetensors;
import org.edm2search.model.checkpoint.Tensor;
import org.edm2search.model.checkpoint.TensorFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong: one clear line, exit code 2, nothing written. */
class BadInputTest {

  @TempDir private Path directory;

  static Stream<Arguments> brokenCampaigns() {
    return Stream.of(
        Arguments.of("kernel:    {", "kernal:    {", "6: space.genes.kernal: unknown key, did you"),
        Arguments.of("training: {", "training: {epochs: 3, ", "training.epochs: unknown key"),
        Arguments.of(
            "training: {", "training: {noise_mean: 60, ", "noise_mean: must be between -10"),
        Arguments.of(
            "samples: 64", "samples: 64, features: fruit", "a name of 'edm2-search features"),
        Arguments.of("samples: 64", "samples: 0", "must be between 2 and 1000000, but is 0"),
        Arguments.of("training: {", "training: {rampup_images: -1, ", "negative, but is -1.0"),
        Arguments.of("trials: 3", "trials: many", "campaign.trials: must be a whole number"),
        Arguments.of("samples: 64", "samples: 64, features: incption", "did you mean 'inception'"),
        Arguments.of("samples: 64", "samples: 64, features: {onnx: none.onnx}", "there is none at"),
        Arguments.of("samples: 64", "samples: [64]", "evaluation.samples: must be a single"),
        Arguments.of(
            "name: tiny, directory: \"", "name: tiny, directory: \"/\", x: \"", "the root of"),
        Arguments.of("directory: \"", "directory: \"/etc/passwd/", "/etc/passwd is a file"),
        Arguments.of("directory: \"", "directory: \"" + "n".repeat(300), "a name of"),
        Arguments.of("flops: 1.0e9", "flops: 10M", "does not buy one batch"),
        Arguments.of("flops: 1.0e9", "flops: 1e3G", "must be a number"),
        Arguments.of("attn_resolutions: []", "attn_resolutions: [7]", "no level has 7 pixels"),
        Arguments.of("values: [3, 5]", "values: []", "the space is empty"),
        Arguments.of("max_parameters: 3x", "max_parameters: 10", "no architecture of the space"),
        Arguments.of("max_parameters: 3x", "max_parameters: 0.1x", "no architecture of the space"),
        Arguments.of("dataset: fashion-mnist", "dataset: photos.zip", "data.dataset: there is no"),
        Arguments.of("resolution: 8", "resolution: 9", "data.resolution: must be 4, 8, 16 or 32"),
        Arguments.of("strategy: genetic", "strategy: genetik", "did you mean 'genetic'?"),
        Arguments.of("flops: ", "flops: 1e6, batch2: ", "batch2"),
        Arguments.of("flops: 1.0e9", "flops: 1e7", "does not buy one batch"),
        Arguments.of(
            "data: {", "executor: {workers: 0}\ndata: {", "executor.workers: must be auto"),
        Arguments.of("data: {", "executor: {memory: 1}\ndata: {", "executor.memory: must be 256m"),
        Arguments.of("data: {", "store: {kind: mysql}\ndata: {", "store.kind: must be one of"),
        Arguments.of(
            "data: {",
            "store: {kind: postgresql, url: 'postgresql://a:b@c/d', user: a}\ndata: {",
            "DATABASE, without user and password, perhaps with ?sslmode=verify-full, but is"
                + " 'postgresql://...@c/d'"),
        Arguments.of(
            "data: {",
            "store: {kind: postgresql, url: 'postgresql://c/d', user: a, schema: pg_x}\ndata: {",
            "store.schema: must be"),
        Arguments.of(
            "data: {",
            "store: {kind: postgresql, url: 'postgresql://c/d', user: a, reconnect: 2}\ndata: {",
            "store.reconnect: must be 0s to 24h"),
        Arguments.of("data: {", "store: {kind: file, user: a}\ndata: {", "store.user: unknown key"),
        Arguments.of(
            "samples: 64",
            "guidance: {kind: classifier-free, weight: 2}",
            "training.label_dropout"),
        Arguments.of("samples: 64", "churn: {amount: -1}", "evaluation.churn"),
        Arguments.of("search: {", "search: {{", "not valid YAML"),
        Arguments.of("campaign: {", "campaign: [", "not valid YAML"));
  }

  @ParameterizedTest
  @MethodSource("brokenCampaigns")
  void aBrokenCampaignIsRefused(String right, String wrong, String expected) throws IOException {
    String text = Example.tiny(directory.resolve("campaign"));
    assertThat(text).contains(right);
    Path file = Files.writeString(directory.resolve("broken.yaml"), text.replace(right, wrong));
    for (String command : List.of("validate", "run")) {
      refuses(expected, command, file);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"validate", "run", "cost", "profile", "verify", "evaluate", "show 0", "status"})
  void aMissingFileIsRefused(String command) throws IOException {
    List<String> words = List.of(command.split(" "));
    Stream<Object> all =
        Stream.concat(words.stream(), Stream.of(directory.resolve("missing.yaml")));
    refuses("no such file", all.toArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"verify", "evaluate", "sample"})
  void aDamagedTensorFileIsRefused(String command) throws IOException {
    Path whole = directory.resolve("whole.safetensors");
    Safetensors.write(whole, new TensorFile(Map.of(), Map.of("x", Tensor.vector(new float[1000]))));
    byte[] bytes = Files.readAllBytes(whole);
    Files.delete(whole);
    Path truncated = directory.resolve("truncated.safetensors");
    Files.write(truncated, Arrays.copyOf(bytes, bytes.length / 2));
    Path boastful = directory.resolve("boastful.safetensors");
    Files.write(
        boastful, ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN).putLong(1L << 60).array());
    Path text =
        Files.writeString(directory.resolve("text.safetensors"), "not a tensor file at all");
    for (Path file : List.of(truncated, boastful, text)) {
      if (command.equals("sample")) {
        refuses(file.toString(), command, file, "--out", directory.resolve("grid.png"));
      } else {
        refuses(file.toString(), command, file);
      }
    }
  }

  @Test
  void aDamagedStoreIsRefusedWithARemedy() throws IOException {
    Path campaign = Files.createDirectories(directory.resolve("campaign"));
    Files.write(campaign.resolve("campaign.mv.db"), new byte[20_000]);
    for (String folder : List.of("trials", "logs", "export")) {
      Files.createDirectories(campaign.resolve(folder));
    }
    Path file = Files.writeString(directory.resolve("campaign.yaml"), Example.tiny(campaign));
    assertThat(refuses("campaign.mv.db", "run", file).err()).contains("backup.zip");
    Files.writeString(campaign.resolve("journal.jsonl"), "damaged");
    for (String command : List.of("status", "leaderboard", "export")) {
      assertThat(refuses("journal.jsonl", command, file).err()).contains("edm2-search doctor");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cots",
        "cost",
        "cost --presets --jsn",
        "profile",
        "profile G* --batch 0",
        "profile G* --threads 0",
        "profile G* --seconds -1",
        "profile G* --json --csv",
        "profile G* --latency-only --train",
        "run",
        "run ../examples/tiny.yaml --workers 0",
        "retry",
        "retry x",
        "show x",
        "sample nothing",
        "sample nothing --out /tmp",
        "help rnu",
        "cost G* missing.yaml",
        "dataset convert . x.zip --resolution 8 --background pink",
        "sample nothing --out x.png --churn-min 1",
        "evaluate nothing --guidance 2 --guidance-kind cfg",
        "evaluate nothing --guidance-interval 1,2",
        "evaluate nothing --guidance 2 --guidance-interval 1",
        "evaluate nothing --guidance 2 --guidance-interval 2,1",
        "evaluate nothing --guidance 2 --guide nothing",
        "fid only-one",
        "fid nothing nothing",
        "fid pom.xml fashion-mnist:8",
        "fid fashion-mnist:8 --save-statistics x.pkl",
        "train G* --out x --flops lots",
        "train G* --out x --device gpu",
        "sample nothing --out x.png --device cuda",
        "serve --port 99999",
        ""
      })
  void wrongUseIsRefused(String line) throws IOException {
    refuses("edm2-search: ", (Object[]) line.split(" "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "run nothing.yaml --device cuda:0",
        "train nothing --out x --device cuda:1",
        "sample nothing --out x.png --device cuda:0",
        "evaluate nothing --device cuda:0"
      })
  void aBuildForTheCpuSaysHowToBuildForGpus(String line) throws IOException {
    refuses("start it once with EDM2_SEARCH_CUDA=yes", (Object[]) line.split(" "));
  }

  @Test
  void aMistypedCommandIsGuessed() {
    assertThat(Captured.run("leaderbord").err())
        .startsWith("edm2-search: unknown command 'leaderbord', did you mean 'leaderboard'?");
  }

  private Captured refuses(String expected, Object... arguments) throws IOException {
    Map<String, String> before = files();
    Captured result = Captured.run(arguments);
    assertThat(result.err()).contains(expected);
    assertThat(result.errors()).hasSize(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.code()).isEqualTo(2);
    assertThat(files()).isEqualTo(before);
    return result;
  }

  private Map<String, String> files() throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path file : all.toList()) {
        files.put(
            file.toString(),
            Files.isDirectory(file)
                ? "directory"
                : Arrays.hashCode(Files.readAllBytes(file)) + " in " + Files.size(file) + " bytes");
      }
    }
    return files;
  }
}
