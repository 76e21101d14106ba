package org.edm2search.cli.command;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.edm2search.cli.output.Console;
import org.edm2search.cli.output.TextTable;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.cost.ArchitectureDrawing;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.cost.CostModel;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Prices an architecture, or the paper's. */
@Command(
    name = "cost",
    description =
        "Print what an architecture costs: parameters, and FLOPs of one network evaluation on one"
            + " image (one multiply-add = 1).",
    footer = {
      "  edm2-search cost examples/architectures/g-star-16.yaml",
      "  edm2-search cost examples/architectures/g-star-16.yaml --json",
      "  edm2-search cost 'G*' --blocks",
      "  edm2-search cost examples/quickstart.yaml A 'G*'      side by side",
      "  edm2-search cost --presets"
    })
public final class CostCommand implements Callable<Integer> {

  private final Console console;

  private static final class Subject {
    @Parameters(
        index = "0..*",
        arity = "1..*",
        paramLabel = "ARCH",
        description = Architectures.DESCRIPTION)
    private List<String> architectures = List.of();

    @Option(
        names = "--presets",
        description = "The architectures of the EDM2+ paper's Tables 1 to 3 beside our numbers.")
    private boolean presets;
  }

  @ArgGroup(multiplicity = "1")
  private Subject subject;

  @Option(names = "--blocks", description = "Also print every block and its share.")
  private boolean blocks;

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  public CostCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (subject.presets) {
      printPresets();
    } else {
      Map<String, ArchitectureSpec> named = new LinkedHashMap<>();
      for (String name : subject.architectures) {
        named.put(name, Architectures.named(name, console));
      }
      if (named.size() == 1) {
        print(named.values().iterator().next());
      } else {
        print(named);
      }
    }
    return 0;
  }

  private void print(Map<String, ArchitectureSpec> named) {
    if (json) {
      List<Map<String, Object>> answers = new ArrayList<>();
      named.forEach(
          (name, architecture) -> {
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("architecture", name);
            answer.putAll(json(CostModel.of(architecture)));
            answers.add(answer);
          });
      console.printJson(answers);
      return;
    }
    TextTable table = new TextTable("<architecture", "parameters", "FLOPs");
    named.forEach(
        (name, architecture) -> {
          Cost cost = CostModel.of(architecture);
          table.row(name, "%,d".formatted(cost.parameters()), "%,d".formatted(cost.multiplyAdds()));
        });
    console.printText(table.toString());
    if (blocks) {
      named.forEach(
          (name, architecture) -> {
            console.print("\n%s", name);
            console.printText(ArchitectureDrawing.of(architecture));
          });
    }
  }

  private void print(ArchitectureSpec architecture) {
    Cost cost = CostModel.of(architecture);
    if (json) {
      console.printJson(json(cost));
      return;
    }
    console.print("parameters  %,d", cost.parameters());
    console.print("FLOPs       %,d  (one multiply-add = 1)", cost.multiplyAdds());
    if (blocks) {
      console.print("");
      console.printText(ArchitectureDrawing.of(architecture));
    }
  }

  private static Map<String, Object> json(Cost cost) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("parameters", cost.parameters());
    answer.put("flops", cost.multiplyAdds());
    return answer;
  }

  /** A row of the paper. */
  private record Row(
      int table,
      String name,
      String note,
      Cost cost,
      String paperMegaParameters,
      String paperGigaflops) {

    boolean sameParameters() {
      return printed(cost.parameters() / 1e6, paperMegaParameters);
    }

    boolean sameFlops() {
      return printed(cost.multiplyAdds() / 1e9, paperGigaflops);
    }

    /** Returns whether the paper could print a value so; it rounds, but cuts off G*XL's. */
    private static boolean printed(double value, String paper) {
      BigDecimal printed = new BigDecimal(paper);
      BigDecimal exact = BigDecimal.valueOf(value);
      return exact.setScale(printed.scale(), RoundingMode.HALF_UP).compareTo(printed) == 0
          || exact.setScale(printed.scale(), RoundingMode.DOWN).compareTo(printed) == 0;
    }
  }

  private static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (Presets.Preset preset : Presets.all()) {
      rows.add(
          new Row(
              preset.table(),
              preset.config(),
              preset.note(),
              CostModel.of(preset.architecture()),
              preset.paperMegaParameters(),
              preset.paperGigaflops()));
    }
    for (Presets.GuidedPreset preset : Presets.guided()) {
      rows.add(
          new Row(
              3,
              preset.name(),
              preset.remark(),
              CostModel.of(preset.main()).plus(CostModel.of(preset.guide())),
              preset.paperMegaParameters(),
              preset.paperGigaflops()));
    }
    return rows;
  }

  private void printPresets() {
    if (json) {
      console.printJson(rows().stream().map(CostCommand::json).toList());
      return;
    }
    TextTable table =
        new TextTable(
            "table",
            "<config",
            "parameters",
            "paper, M",
            "<",
            "FLOPs",
            "paper, G",
            "<",
            "<what it is");
    int equal = 0;
    for (Row row : rows()) {
      equal += (row.sameParameters() ? 1 : 0) + (row.sameFlops() ? 1 : 0);
      table.row(
          Integer.toString(row.table()),
          row.name(),
          "%,d".formatted(row.cost().parameters()),
          row.paperMegaParameters(),
          mark(row.sameParameters()),
          "%,d".formatted(row.cost().multiplyAdds()),
          row.paperGigaflops(),
          mark(row.sameFlops()),
          row.note());
    }
    console.printText(table.toString());
    console.print("");
    console.print(
        "%d of %d numbers equal the EDM2+ paper's at its printed precision. FLOPs: one network"
            + " evaluation, one 64x64 image, one multiply-add = 1.",
        equal, 2 * rows().size());
  }

  private static String mark(boolean same) {
    return same ? "equal" : "DIFFERS";
  }

  private static Map<String, Object> json(Row row) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("table", row.table());
    answer.put("config", row.name());
    answer.put("parameters", row.cost().parameters());
    answer.put("flops", row.cost().multiplyAdds());
    answer.put("paper_mparams", row.paperMegaParameters());
    answer.put("paper_gflops", row.paperGigaflops());
    answer.put("parameters_equal", row.sameParameters());
    answer.put("flops_equal", row.sameFlops());
    answer.put("note", row.note());
    return answer;
  }
}
