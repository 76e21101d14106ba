package org.edm2search.space.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SectionTest {

  private enum Dataset {
    FASHION_MNIST,
    FOLDER
  }

  @Test
  void readsEveryType() {
    Section section =
        parse(
            """
            text: quickstart
            digits: 0123
            count: 60_000
            big: 1.0e12
            ratio: 0.25
            flag: true
            dataset: fashion-mnist
            strategy: random
            sizes: [3, 5, 7]
            block:
              - 1e2
              - -.5
            flat: 1,2
            none: []
            names: ["in", "in,out", 7]
            inner: {a: 1}
            items: [{a: 2}, {a: 3}]
            """);
    assertThat(section.string("text")).isEqualTo("quickstart");
    assertThat(section.string("digits")).isEqualTo("0123");
    assertThat(section.integer("count")).isEqualTo(60_000);
    assertThat(section.longInteger("big")).isEqualTo(1_000_000_000_000L);
    assertThat(section.number("big")).isEqualTo(1e12);
    assertThat(section.number("ratio")).isEqualTo(0.25);
    assertThat(section.bool("flag")).isTrue();
    assertThat(section.choice("dataset", Dataset.class)).isEqualTo(Dataset.FASHION_MNIST);
    assertThat(section.oneOf("strategy", List.of("genetic", "random"))).isEqualTo("random");
    assertThat(section.integers("sizes")).containsExactly(3, 5, 7);
    assertThat(section.numbers("block")).containsExactly(100.0, -0.5);
    assertThat(section.integers("flat")).containsExactly(1, 2);
    assertThat(section.strings("none")).isEmpty();
    assertThat(section.strings("names")).containsExactly("in", "in,out", "7");
    assertThat(section.section("inner").integer("a")).isEqualTo(1);
    assertThat(section.sections("items")).extracting(s -> s.integer("a")).containsExactly(2, 3);
    section.rejectUnknown();
  }

  @Test
  void returnsDefaultsForAbsentKeys() {
    Section section = parse("present: 1\n");
    assertThat(section.string("a", "x")).isEqualTo("x");
    assertThat(section.integer("b", 2)).isEqualTo(2);
    assertThat(section.longInteger("c", 3L)).isEqualTo(3L);
    assertThat(section.number("d", 0.5)).isEqualTo(0.5);
    assertThat(section.bool("e", true)).isTrue();
    assertThat(section.choice("f", Dataset.class, Dataset.FOLDER)).isEqualTo(Dataset.FOLDER);
    assertThat(section.strings("g", List.of("z"))).containsExactly("z");
    assertThat(section.integers("h", List.of(1))).containsExactly(1);
    assertThat(section.numbers("i", List.of(1.5))).containsExactly(1.5);
    assertThat(section.optionalSection("j")).isEmpty();
    assertThat(section.has("k")).isFalse();
    assertThat(section.integer("present", 9)).isEqualTo(1);
  }

  @Test
  void suggestsTheNearestKeyForAnUnknownOne() {
    Section genes = parse("\nspace:\n  genes:\n    kernal: 3\n").section("space").section("genes");
    genes.has("kernel");
    genes.has("expansion");
    assertMessage(
        genes::rejectUnknown,
        "quickstart.yaml:4: space.genes.kernal: unknown key, did you mean 'kernel'?");
  }

  @Test
  void listsKnownKeysWhenNoneIsNear() {
    Section section = parse("zebra: 1\n");
    section.has("trials");
    section.has("seed");
    assertMessage(
        section::rejectUnknown, "quickstart.yaml:1: zebra: unknown key; known: trials, seed");
  }

  @Test
  void pointsAtTheSlipBehindAMissingKey() {
    assertMessage(
        () -> parse("a: 1\nvaleus: [1]\n").integers("values"),
        "quickstart.yaml: values: required key is missing; is 'valeus' in line 2 meant?");
    assertMessage(
        () -> parse("a:\n  b: 1\n").section("a").integer("seed"),
        "quickstart.yaml:1: a.seed: required key is missing");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "twelve|must be a whole number, but is 'twelve'",
        "1.5|must be a whole number, but is '1.5'",
        "\"3\"|must be a whole number, but is the quoted text '3'",
        "3000000000|must be a smaller number, but is '3000000000'",
        "1e9999|must be a smaller number, but is '1e9999'",
        "[1]|must be a single value, but is a list of 1",
        "{b: 1}|must be a single value, but is a section",
        "~|has no value",
        ".|must be a whole number, but is '.'",
        "_|must be a whole number, but is '_'",
        "1e99999999|must be a whole number, but is '1e99999999'",
        "0x10|must be a whole number, but is '0x10'"
      })
  void rejectsWhatIsNoWholeNumber(String value, String rule) {
    assertMessage(() -> parse("a: " + value).integer("a"), "quickstart.yaml:1: a: " + rule);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {".nan", ".inf", "-.inf", "NaN", "Infinity", "1e999", "1f", "0x1p3", "one"})
  void rejectsWhatIsNoFiniteNumber(String value) {
    assertThatThrownBy(() -> parse("a: " + value).number("a"))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("quickstart.yaml:1: a: must be a ")
        .hasMessageContaining("'" + value + "'");
  }

  @Test
  void rejectsOtherWrongTypes() {
    assertMessage(
        () -> parse("a: yes").bool("a"),
        "quickstart.yaml:1: a: must be true or false, but is 'yes'");
    assertMessage(
        () -> parse("a: 1").section("a"),
        "quickstart.yaml:1: a: must be a section of 'key: value' lines, but is '1'");
    assertMessage(
        () -> parse("a:").section("a"),
        "quickstart.yaml:1: a: must be a section of 'key: value' lines, but is empty");
    assertMessage(
        () -> parse("a: {b: 1}").strings("a"),
        "quickstart.yaml:1: a: must be a list such as [a, b], but is a section");
    assertMessage(
        () -> parse("a: [1, [2]]").integers("a"),
        "quickstart.yaml:1: a[1]: must be a single value, but is a list of 1");
    assertMessage(
        () -> parse("a:\n- 1\n- x\n").integers("a"),
        "quickstart.yaml:3: a[1]: must be a whole number, but is 'x'");
    assertMessage(
        () -> parse("a: [1]").sections("a"),
        "quickstart.yaml:1: a[0]: must be a section of 'key: value' lines, but is '1'");
    assertMessage(
        () -> parse("a: genetc").oneOf("a", List.of("genetic", "random")),
        "quickstart.yaml:1: a: must be one of genetic, random, but is 'genetc';"
            + " did you mean 'genetic'?");
    assertMessage(
        () -> parse("a: mnist").choice("a", Dataset.class),
        "quickstart.yaml:1: a: must be one of fashion-mnist, folder, but is 'mnist'");
  }

  @Test
  void locatesDomainErrors() {
    Section section = parse("a:\n  b: 3\n  c: [1,\n      2]\n").section("a");
    InvalidConfigException error = section.error("b", "must be 5, but is 3");
    assertThat(error).hasMessage("quickstart.yaml:2: a.b: must be 5, but is 3");
    assertThat(error.file()).isEqualTo("quickstart.yaml");
    assertThat(error.line()).isEqualTo(2);
    assertThat(error.column()).isEqualTo(3);
    assertThat(error.key()).isEqualTo("a.b");
    assertThat(error.rule()).isEqualTo("must be 5, but is 3");
    assertThat(section.error("c", 1, "no")).hasMessage("quickstart.yaml:4: a.c[1]: no");
    assertThat(section.error("no")).hasMessage("quickstart.yaml:1: a: no");
  }

  @Test
  void rejectsDuplicateKeys() {
    assertMessage(
        () -> parse("a: 1\nb: 2\na: 3\n"),
        "quickstart.yaml:3: a: duplicate key, first given in line 1");
    assertThatThrownBy(() -> parse("x: {a: 1, a: 3}\n").section("x"))
        .hasMessage("quickstart.yaml:1: x.a: duplicate key, first given in line 1");
  }

  @Test
  void rejectsWhatIsNoMapping() {
    assertMessage(() -> parse(""), "quickstart.yaml: is empty, but must hold 'key: value' lines");
    assertMessage(
        () -> parse("# only\n"), "quickstart.yaml: is empty, but must hold 'key: value' lines");
    assertMessage(
        () -> parse("just words"),
        "quickstart.yaml:1: must hold 'key: value' lines at the top level");
    assertMessage(
        () -> parse("- a\n"), "quickstart.yaml:1: must hold 'key: value' lines at the top level");
    assertMessage(
        () -> parse("a: 1\n---\nb: 1\n"),
        "quickstart.yaml:2: a second document starts, but only one is allowed");
    assertMessage(() -> parse("? [a]\n: 1\n"), "quickstart.yaml:1: a key must be one word");
  }

  @Test
  void namesTheLineOfWhatIsNotYaml() {
    assertThatThrownBy(() -> parse("a: 1\nb: [1, 2\nc: 3\n"))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("quickstart.yaml:3: not valid YAML: ");
    assertThatThrownBy(() -> parse("a:\n\tb: 1\n"))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("quickstart.yaml:2: not valid YAML: ")
        .hasMessageEndingWith("; indent with spaces, not tabs");
    assertThatThrownBy(() -> parse("a: \u0001\n"))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageStartingWith("quickstart.yaml");
  }

  @Test
  void rejectsAliasesAndTags() {
    assertMessage(
        () -> parse("a: &x [1]\nb: *x\n"),
        "quickstart.yaml:2: aliases (*name) are not supported, repeat the value");
    assertMessage(
        () -> parse("a: !!javax.script.ScriptEngineManager []\n"),
        "quickstart.yaml:1: tags are not supported:"
            + " tag:yaml.org,2002:javax.script.ScriptEngineManager");
  }

  @Test
  @Timeout(value = 60, unit = TimeUnit.SECONDS)
  void boundsSizeAndDepth() {
    assertMessage(
        () -> parse("a: " + "[".repeat(100_000)), "quickstart.yaml:1: nested deeper than 32");
    assertMessage(
        () -> parse("a: '" + "x".repeat(1 << 20) + "'"),
        "quickstart.yaml: is larger than 1 MiB, the limit for a YAML file");
    assertThatThrownBy(() -> parse("a: " + "9".repeat(500_000)).integer("a"))
        .isInstanceOf(InvalidConfigException.class)
        .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
  }

  @Test
  void errorsStayOneLine() {
    assertThatThrownBy(() -> parse("a: \"x\\ny\\e[31m\"").integer("a"))
        .hasMessage(
            "quickstart.yaml:1: a: must be a whole number, but is the quoted text"
                + " 'x\\ny\\u001b[31m'");
  }

  @Test
  void loadsFiles(@TempDir Path folder) throws Exception {
    Path good = folder.resolve("good.yaml");
    Files.writeString(good, "\uFEFFa: ümlaut\n");
    assertThat(Section.load(good).string("a")).isEqualTo("ümlaut");

    Path missing = folder.resolve("missing.yaml");
    assertMessage(() -> Section.load(missing), missing + ": no such file");
    assertMessage(
        () -> Section.load(folder), folder + ": is a directory, but a YAML file is needed");
    Path binary = folder.resolve("binary.yaml");
    Files.write(binary, new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1});
    assertMessage(() -> Section.load(binary), binary + ": is not UTF-8 text, so not a YAML file");
    Path zeros = folder.resolve("zeros.yaml");
    Files.write(zeros, new byte[100]);
    assertThatThrownBy(() -> Section.load(zeros)).isInstanceOf(InvalidConfigException.class);
    Path large = folder.resolve("large.yaml");
    Files.write(large, "# comment\n".repeat(200_000).getBytes(StandardCharsets.UTF_8));
    assertMessage(
        () -> Section.load(large), large + ": is larger than 1 MiB, the limit for a YAML file");
  }

  @Test
  void readsMetadataWithoutLines() {
    Section section = Section.of(Map.of("channel_mult", "1,2", "kernel", "x"), "A.safetensors");
    assertThat(section.integers("channel_mult")).containsExactly(1, 2);
    assertMessage(
        () -> section.integer("kernel"),
        "A.safetensors: kernel: must be a whole number, but is 'x'");
  }

  private static Section parse(String text) {
    return Section.parse(text, "quickstart.yaml");
  }

  private static void assertMessage(ThrowingCallable call, String message) {
    assertThatThrownBy(call).isInstanceOf(InvalidConfigException.class).hasMessage(message);
  }
}
