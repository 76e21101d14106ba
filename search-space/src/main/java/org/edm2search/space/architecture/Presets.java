package org.edm2search.space.architecture;

import static org.edm2search.space.architecture.EmbeddingPosition.NARROW;
import static org.edm2search.space.architecture.EmbeddingPosition.WIDE;
import static org.edm2search.space.architecture.Placement.IN;
import static org.edm2search.space.architecture.Placement.MID;
import static org.edm2search.space.architecture.Placement.OUT;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The architectures of the EDM2+ paper's Tables 1 to 3: 64×64 images, 1000 classes, four levels.
 *
 * <p>The paper counts its costs at 3 image channels, although the latents it trains on have 4. The
 * presets follow the printed numbers.
 */
public final class Presets {

  /**
   * One architecture of the paper.
   *
   * @param config name, such as {@code G*}
   * @param modelChannels base channels
   * @param note what it changes
   * @param table the paper's table it first appears in
   * @param branch residual branch of every block
   * @param paperMegaParameters parameters as printed, in millions
   * @param paperGigaflops multiply-adds per evaluation as printed, in billions
   */
  public record Preset(
      String config,
      int modelChannels,
      String note,
      int table,
      BranchSpec branch,
      String paperMegaParameters,
      String paperGigaflops) {

    /** Returns the whole network. */
    public ArchitectureSpec architecture() {
      return fullSize(modelChannels, branch);
    }
  }

  private static final BranchSpec C = separable(Set.of(IN, MID), 3, 6, WIDE, false);
  private static final BranchSpec D = separable(Set.of(IN, MID), 3, 6, WIDE, true);
  private static final BranchSpec D_STAR = separable(Set.of(IN, MID), 3, 4, WIDE, true);
  private static final BranchSpec E = separable(Set.of(MID), 3, 6, WIDE, true);
  private static final BranchSpec E_K7 = separable(Set.of(MID), 7, 6, WIDE, true);
  private static final BranchSpec F = separable(Set.of(IN, MID, OUT), 3, 4, WIDE, true);
  private static final BranchSpec F_STAR = separable(Set.of(IN, MID, OUT), 3, 4, NARROW, true);
  private static final BranchSpec G = separable(Set.of(IN, OUT), 3, 4, WIDE, true);
  private static final BranchSpec G_STAR = separable(Set.of(IN, OUT), 3, 4, NARROW, true);

  private static final List<Preset> TABLE =
      List.of(
          new Preset("A", 192, "EDM2-S", 1, BranchSpec.CONV, "280.21", "101.90"),
          new Preset("B", 384, "depthwise, full width", 1, BranchSpec.DWCONV, "252.28", "51.13"),
          new Preset("C", 192, "separable, e=6", 1, C, "273.99", "72.52"),
          new Preset("D", 192, "C + linear bottleneck", 1, D, "273.99", "72.44"),
          new Preset("D*", 192, "D, e=4", 1, D_STAR, "195.59", "51.09"),
          new Preset("E", 192, "D - dw in", 1, E, "273.76", "72.27"),
          new Preset("E◊", 192, "E, k=7", 1, E_K7, "278.05", "75.27"),
          new Preset("F", 192, "D* + dw out", 1, F, "195.76", "51.26"),
          new Preset("F*", 192, "F, narrow embedding", 1, F_STAR, "154.61", "51.05"),
          new Preset("G", 192, "F - dw mid", 1, G, "195.11", "50.61"),
          new Preset("G*", 192, "G, narrow embedding; EDM2+-S", 1, G_STAR, "153.97", "50.41"),
          new Preset("A-M", 256, "EDM2-M", 2, BranchSpec.CONV, "498", "181"),
          new Preset("A-L", 320, "EDM2-L", 2, BranchSpec.CONV, "777", "282"),
          new Preset("A-XL", 384, "EDM2-XL", 2, BranchSpec.CONV, "1119", "406"),
          new Preset("G*L", 320, "EDM2+-L", 2, G_STAR, "426", "138"),
          new Preset("G*XL", 384, "EDM2+-XL", 2, G_STAR, "613", "199"));

  /**
   * A main network guided by another (autoguidance): an evaluation costs both.
   *
   * @param name as in the paper's Table 3
   * @param main the network that is guided
   * @param guide the network that guides, without classes
   * @param paperMegaParameters parameters as printed, in millions
   * @param paperGigaflops multiply-adds per evaluation as printed, in billions
   * @param remark what to know about the printed numbers; may be empty
   */
  public record GuidedPreset(
      String name,
      ArchitectureSpec main,
      ArchitectureSpec guide,
      String paperMegaParameters,
      String paperGigaflops,
      String remark) {}

  private Presets() {}

  /** Returns the guided networks of the paper's Table 3. */
  public static List<GuidedPreset> guided() {
    return List.of(
        new GuidedPreset(
            "EDM2+-S + XS guide",
            of("G*"),
            fullSize(128, 0, G_STAR),
            "213",
            "73",
            "the paper prints 213 Mparams, but its parts sum to 222"));
  }

  /** Returns all presets, in the order of the paper's tables. */
  public static List<Preset> all() {
    return TABLE;
  }

  /** Returns the names of the presets. */
  public static List<String> names() {
    return TABLE.stream().map(Preset::config).toList();
  }

  /**
   * Finds a preset. {@code Ek7}, {@code Dstar}, {@code Fstar} and {@code Gstar} are accepted for
   * names that are awkward to type.
   */
  public static Optional<Preset> find(String config) {
    String name = config.equals("Ek7") ? "E◊" : config.replace("star", "*");
    return TABLE.stream().filter(preset -> preset.config().equals(name)).findFirst();
  }

  /**
   * Returns the full-size network of a configuration.
   *
   * @throws IllegalArgumentException for an unknown name
   */
  public static ArchitectureSpec of(String config) {
    return named(config).architecture();
  }

  /**
   * Returns the branch of a configuration.
   *
   * @throws IllegalArgumentException for an unknown name
   */
  public static BranchSpec branch(String config) {
    return named(config).branch();
  }

  /** Returns the branch of G*, where every search starts. */
  public static BranchSpec seedBranch() {
    return G_STAR;
  }

  /** Returns an EDM2 U-Net as the paper counts it: 64×64×3, 1000 classes, four levels. */
  public static ArchitectureSpec fullSize(int modelChannels, BranchSpec branch) {
    return fullSize(modelChannels, 1000, branch);
  }

  private static ArchitectureSpec fullSize(int modelChannels, int labelDim, BranchSpec branch) {
    return ArchitectureSpec.builder()
        .imgResolution(64)
        .imgChannels(3)
        .labelDim(labelDim)
        .modelChannels(modelChannels)
        .channelMult(List.of(1, 2, 3, 4))
        .numBlocks(3)
        .attnResolutions(Set.of(16, 8))
        .channelsPerHead(64)
        .branches(BranchAssignment.uniform(branch))
        .build();
  }

  private static Preset named(String config) {
    return find(config)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "config must be one of %s, but is '%s'"
                        .formatted(String.join(", ", names()), config)));
  }

  private static BranchSpec separable(
      Set<Placement> depthwise,
      int kernel,
      double expansion,
      EmbeddingPosition embedding,
      boolean linearBottleneck) {
    return BranchSpec.separable(depthwise, kernel, expansion, embedding, linearBottleneck);
  }
}
