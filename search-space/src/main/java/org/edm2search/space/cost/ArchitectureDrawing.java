package org.edm2search.space.cost;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.BlockSpec;
import org.edm2search.space.architecture.BranchOp;
import org.edm2search.space.architecture.Resample;
import org.edm2search.space.architecture.UNetLayout;

/**
 * A network as plain text, one line a block: channels, the branch in the grammar's letters,
 * attention, and the block's share of parameters and multiply-adds.
 *
 * <pre>
 * block             channels  branch                                  parameters         multiply-adds
 * enc.16x16_block0         8  φ · dw3 · pw→32 · φ · pw→8 · ×c · φ · dw3      785   2.8%      236,281  5.8%
 * </pre>
 */
public final class ArchitectureDrawing {

  private static final List<String> HEADER =
      List.of("block", "channels", "branch", "parameters", "", "multiply-adds", "");

  /** Columns of text; the others hold numbers and are right-aligned. */
  private static final List<Integer> TEXT_COLUMNS = List.of(0, 2);

  private ArchitectureDrawing() {}

  /** Draws a network; every line ends in a line feed. */
  public static String of(ArchitectureSpec spec) {
    UNetLayout layout = UNetLayout.of(spec);
    Map<String, BlockSpec> blocks =
        layout.blocks().stream().collect(Collectors.toMap(BlockSpec::name, block -> block));
    Map<String, String> outside = new HashMap<>();
    outside.put(
        CostModel.EMBEDDING,
        "Fourier " + layout.spec().noiseFeatures() + (spec.labelDim() > 0 ? " + classes" : ""));
    outside.put(CostModel.INPUT, "conv3→" + spec.channels(0));
    outside.put(CostModel.OUTPUT, "conv3→" + spec.imgChannels());
    outside.put(CostModel.LOG_VARIANCE, "Fourier " + UNetLayout.LOG_VARIANCE_FEATURES);

    Cost total = CostModel.of(layout);
    List<List<String>> rows = new ArrayList<>(List.of(HEADER));
    for (BlockCost part : CostModel.breakdown(layout)) {
      BlockSpec block = blocks.get(part.name());
      String channels = block == null ? "" : channels(block);
      String branch =
          block == null ? Objects.requireNonNull(outside.get(part.name())) : branch(block);
      rows.add(row(part.name(), channels, branch, part.cost(), total));
    }
    rows.add(row("total", "", "", total, total));
    return align(rows);
  }

  /** Returns a branch in the grammar's letters, such as {@code φ · dw3 · pw→64 · ×c}. */
  public static String branch(List<BranchOp> ops) {
    return ops.stream().map(ArchitectureDrawing::letters).collect(Collectors.joining(" · "));
  }

  private static String letters(BranchOp op) {
    return op instanceof BranchOp.Convolution ? symbol(op) + "→" + op.outChannels() : symbol(op);
  }

  /** Returns the grammar's letters for one operation, such as {@code dw3}. */
  public static String symbol(BranchOp op) {
    return op.accept(SYMBOLS);
  }

  private static String channels(BlockSpec block) {
    return block.hasSkipConvolution()
        ? block.concatenatedChannels() + "→" + block.channels()
        : Integer.toString(block.channels());
  }

  private static String branch(BlockSpec block) {
    String resample =
        block.resample() == Resample.KEEP
            ? ""
            : block.resample().name().toLowerCase(Locale.ROOT) + " · ";
    String attention = block.hasAttention() ? " + attention ×" + block.heads() : "";
    return resample + branch(block.ops()) + attention;
  }

  private static List<String> row(
      String name, String channels, String branch, Cost cost, Cost total) {
    return List.of(
        name,
        channels,
        branch,
        String.format(Locale.ROOT, "%,d", cost.parameters()),
        share(cost.parameters(), total.parameters()),
        String.format(Locale.ROOT, "%,d", cost.multiplyAdds()),
        share(cost.multiplyAdds(), total.multiplyAdds()));
  }

  private static String share(long part, long whole) {
    return String.format(Locale.ROOT, "%.1f%%", 100.0 * part / whole);
  }

  private static String align(List<List<String>> rows) {
    List<Integer> widths = new ArrayList<>(Collections.nCopies(HEADER.size(), 0));
    for (List<String> row : rows) {
      for (int column = 0; column < row.size(); column++) {
        widths.set(column, Math.max(widths.get(column), row.get(column).length()));
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String padding = " ".repeat(widths.get(column) - row.get(column).length());
        String cell = row.get(column);
        line.append(column == 0 ? "" : "  ")
            .append(TEXT_COLUMNS.contains(column) ? cell + padding : padding + cell);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static final BranchOp.Visitor<String> SYMBOLS =
      new BranchOp.Visitor<>() {
        @Override
        public String activate(BranchOp.Activate op) {
          return "φ";
        }

        @Override
        public String convolution(BranchOp.Convolution op) {
          return op.kernel() == 1 ? "pw" : "conv" + op.kernel();
        }

        @Override
        public String depthwise(BranchOp.Depthwise op) {
          return "dw" + op.kernel();
        }

        @Override
        public String modulate(BranchOp.Modulate op) {
          return "×c";
        }
      };
}
