package org.edm2search.space.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class YamlTreeTest {

  private static YamlTree tree(String text) {
    return YamlTree.parse(text, "a.yaml");
  }

  @Test
  void valuesAreEqualHoweverTheyAreWritten() {
    YamlTree one =
        tree("a:\n  n: 60_000\n  list: [in, mid]\n  pairs: ['in,out', mid]\n  none:\n  on: true\n");
    YamlTree other =
        tree("a: {on: true, n: 6.0e4, pairs: [\"in, out\", mid], none: null, list: 'in, mid'}");

    assertThat(one.values()).isEqualTo(other.values());
    assertThat(one.values()).containsEntry(List.of("a", "n"), "6E+4");
    assertThat(one.values().keySet())
        .containsExactly(
            List.of("a", "n"),
            List.of("a", "list"),
            List.of("a", "pairs"),
            List.of("a", "none"),
            List.of("a", "on"));
  }

  @Test
  void errorsStandWhereThePathLeads() {
    YamlTree tree = tree("a:\n  b:\n    c: 1\nd: 2\n");

    assertThat(tree.error(List.of("a", "b", "c"), "is wrong"))
        .hasMessage("a.yaml:3: a.b.c: is wrong");
    assertThat(tree.error(List.of("a", "b", "x"), "is missing"))
        .hasMessage("a.yaml:2: a.b.x: is missing");
    assertThat(tree.error(List.of("d", "e"), "is gone")).hasMessageStartingWith("a.yaml: e: is");
  }

  @Test
  void eachRootIsAReadingOfItsOwn() {
    YamlTree tree = tree("a: 1\n");
    Section read = tree.root();
    read.integer("a");
    read.rejectUnknown();

    assertThatThrownBy(() -> tree.root().rejectUnknown()).hasMessageContaining("a: unknown key");
  }
}
