package org.edm2search.campaign;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.edm2search.campaign.fidelity.FidelitySettings;
import org.edm2search.campaign.fidelity.FidelitySettings.Mode;
import org.edm2search.campaign.store.StoreSettings;
import org.edm2search.campaign.strategy.SearchSettings;
import org.edm2search.space.SearchSpace;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.edm2search.space.yaml.InvalidConfigException;
import org.edm2search.space.yaml.Section;
import org.edm2search.space.yaml.YamlTree;

/**
 * A campaign's YAML file. This class owns the sections {@code campaign}, {@code budget}, {@code
 * confirm}, {@code search}, {@code fidelity}, {@code executor} and {@code store}; the others are
 * handed to their modules as {@link Section}.
 */
public final class CampaignConfig {

  /** Of a file or directory, bytes: what Linux, macOS and Windows take. */
  private static final int LONGEST_NAME = 255;

  private static final int LONGEST_PLAIN = 7;

  private static final List<String> SECTIONS =
      List.of("campaign", "space", "network", "data", "training");
  private static final String SEARCH = "search";
  private static final String EVALUATION = "evaluation";
  private static final String EXECUTOR = "executor";
  private static final String BUDGET = "budget";
  private static final String CONFIRM = "confirm";
  private static final String FIDELITY = "fidelity";
  private static final String STORE = "store";

  private final YamlTree file;
  private final String name;
  private final long seed;
  private final Budget budget;
  private final Path directory;
  private final SearchSettings search;
  private final Mode mode;
  private final Optional<FidelitySettings> fidelity;
  private final ExecutorSettings executor;
  private final Optional<Confirmation> confirmation;
  private final StoreSettings store;
  private final ConfigKeys keys;

  private CampaignConfig(YamlTree file, Optional<Path> where) {
    this.file = file;
    Section root = file.root();
    SECTIONS.forEach(root::has);
    Section searching = root.sectionOrEmpty(SEARCH);
    root.sectionOrEmpty(EVALUATION);
    Optional<Section> execution = root.optionalSection(EXECUTOR);
    Optional<Section> limits = root.optionalSection(BUDGET);
    Optional<Section> confirm = root.optionalSection(CONFIRM);
    Optional<Section> rungs = root.optionalSection(FIDELITY);
    Optional<Section> keeping = root.optionalSection(STORE);
    root.rejectUnknown();

    Section campaign = root.section("campaign");
    this.name = campaign.string("name");
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
      throw campaign.error(
          "name", "must be up to 64 letters, digits, '.', '_' or '-', but is '%s'".formatted(name));
    }
    this.seed = campaign.longInteger("seed", 0);
    this.budget = Budget.read(campaign, limits);
    Path written = directory(campaign, "campaigns/" + name);
    this.directory = where.orElse(written);
    campaign.rejectUnknown();
    this.mode = searching.choice("mode", Mode.class, Mode.REPRODUCIBLE);
    this.search = SearchSettings.read(searching);
    this.fidelity = rungs.map(section -> FidelitySettings.read(section, mode));
    for (String required : SECTIONS) {
      root.section(required);
    }
    this.executor = execution.map(ExecutorSettings::read).orElseGet(ExecutorSettings::defaults);
    this.confirmation = confirm.map(Confirmation::read);
    this.store = StoreSettings.read(keeping);
    this.keys = ConfigKeys.of(file);
  }

  private static Path directory(Section campaign, String otherwise) {
    String directory = campaign.string("directory", otherwise);
    // H2 ends a file name at ';'.
    if (directory.isBlank() || directory.matches("(?s).*[;\\p{Cntrl}].*")) {
      throw campaign.error(
          "directory",
          "must be a path without ';' and control characters, but is '%s'".formatted(directory));
    }
    Path path = Path.of(directory);
    requireUsable(campaign, path);
    return path;
  }

  /** Refuses what no campaign could be written into, before anything is computed for it. */
  private static void requireUsable(Section campaign, Path directory) {
    Path absolute = directory.toAbsolutePath().normalize();
    if (absolute.getNameCount() == 0) {
      throw campaign.error("directory", "must not be the root of the file system");
    }
    for (Path name : absolute) {
      int bytes = name.toString().getBytes(StandardCharsets.UTF_8).length;
      if (bytes > LONGEST_NAME) {
        throw campaign.error(
            "directory",
            "has a name of %d bytes, but file systems take %d".formatted(bytes, LONGEST_NAME));
      }
    }
    for (Path part = absolute; part != null; part = part.getParent()) {
      if (Files.exists(part) && !Files.isDirectory(part)) {
        throw campaign.error("directory", "must be a directory, but %s is a file".formatted(part));
      }
    }
  }

  /**
   * Reads a file. The one that a campaign keeps in its directory is that directory's, wherever it
   * was moved or copied to.
   *
   * @throws InvalidConfigException naming file, line, key and rule
   */
  public static CampaignConfig load(Path file) {
    Path absolute = file.toAbsolutePath().normalize();
    Optional<Path> kept =
        Optional.ofNullable(absolute.getParent())
            .map(CampaignDirectory::new)
            .filter(directory -> directory.config().equals(absolute) && directory.exists())
            .map(CampaignDirectory::path);
    return new CampaignConfig(YamlTree.load(file), kept);
  }

  /**
   * Reads a text.
   *
   * @param fileName how errors name it
   */
  public static CampaignConfig parse(String text, String fileName) {
    return new CampaignConfig(YamlTree.parse(text, fileName), Optional.empty());
  }

  /** Returns the campaign's name. */
  public String name() {
    return name;
  }

  /** Returns the random seed everything random in the campaign is derived from. */
  public long seed() {
    return seed;
  }

  /** Returns how many trials to run at most, the seed architecture included. */
  public int trials() {
    return budget.trials();
  }

  /** Returns when the campaign ends. */
  Budget budget() {
    return budget;
  }

  /** Returns how the best candidates are trained again at the end, if they are. */
  Optional<Confirmation> confirmation() {
    return confirmation;
  }

  /** Returns how many trainings of candidates that were trained before are planned at most. */
  public int repeats() {
    return confirmation.map(Confirmation::most).orElse(0);
  }

  /** Returns how many multiply-adds all trials may cost. */
  public Optional<BigInteger> flops() {
    return budget.flops();
  }

  /** Returns an error at the {@code budget} section's multiply-adds. */
  public InvalidConfigException flopsError(String rule) {
    return section(BUDGET).error("flops", rule);
  }

  /** Returns the campaign's directory. */
  public CampaignDirectory directory() {
    return new CampaignDirectory(directory);
  }

  /** Returns how candidates are proposed. */
  public SearchSettings search() {
    return search;
  }

  /** Returns the rungs that candidates are compared at, if there are any. */
  public Optional<FidelitySettings> fidelity() {
    return fidelity;
  }

  /** Returns an error at the {@code fidelity} section. */
  public InvalidConfigException fidelityError(String key, String rule) {
    return section(FIDELITY).error(key, rule);
  }

  /** Returns the rungs of a search that is not in the order of its trials. */
  Optional<FidelitySettings> rungs() {
    return mode == Mode.ASYNCHRONOUS
        ? fidelity.or(() -> Optional.of(FidelitySettings.withoutRungs()))
        : fidelity;
  }

  /** Returns where trials run. */
  public ExecutorSettings executor() {
    return executor;
  }

  /** Returns where trials are kept. */
  public StoreSettings store() {
    return store;
  }

  /**
   * Reads where trials are kept, and nothing else: versions of this program differ in what they
   * take elsewhere.
   *
   * @throws InvalidConfigException naming file, line, key and rule
   */
  static StoreSettings loadStore(Path file) {
    return StoreSettings.read(YamlTree.load(file).root().optionalSection(STORE));
  }

  /** Returns the {@code data} section, unread. */
  public Section data() {
    return section("data");
  }

  /** Returns the {@code training} section, unread. */
  public Section training() {
    return section("training");
  }

  /** Returns the {@code evaluation} section, unread. */
  public Section evaluation() {
    return file.root().sectionOrEmpty(EVALUATION);
  }

  private Section section(String key) {
    return file.root().section(key);
  }

  /**
   * Returns the architecture the search starts from: the {@code network} section and what the data
   * set gives.
   *
   * @param imgResolution width and height of the images, pixels
   * @param imgChannels channels of the images
   * @param labelDim classes, 0 for unconditional networks
   */
  public ArchitectureSpec seedArchitecture(int imgResolution, int imgChannels, int labelDim) {
    return ArchitectureYaml.readNetwork(section("network"), imgResolution, imgChannels, labelDim);
  }

  /** Returns the space to search, around the {@link #seedArchitecture}. */
  public SearchSpace space(int imgResolution, int imgChannels, int labelDim) {
    return SearchSpace.read(
        section("space"), seedArchitecture(imgResolution, imgChannels, labelDim));
  }

  /** Returns the file's text as it was read. */
  public String text() {
    return file.text();
  }

  /**
   * Returns the identity of everything that may not change once the campaign has started: 64
   * hexadecimal digits. The order of keys, comments and the way numbers are written do not matter,
   * nor do the campaign's name, directory and budget, where the data lie, and where trials run.
   */
  public String digest() {
    return keys.digest();
  }

  /**
   * Checks that a campaign started with an earlier config can go on with this one.
   *
   * @param earlier the text the campaign was started with
   * @param where the campaign's directory
   * @throws InvalidConfigException naming the first key that differs
   */
  void requireContinues(String earlier, CampaignDirectory where) {
    YamlTree before = YamlTree.parse(earlier, where.path() + ", the config it was started with");
    Optional<ConfigKeys.Difference> difference = keys.firstDifference(ConfigKeys.of(before));
    if (difference.isPresent()) {
      ConfigKeys.Difference found = difference.get();
      throw file.error(
          found.path(),
          ("is %s, but the campaign in %s was started with %s; restore it, or give another"
                  + " campaign.directory to start a new campaign")
              .formatted(
                  found.now().map(CampaignConfig::quoted).orElse("missing"),
                  where.path(),
                  found.before().map(CampaignConfig::quoted).orElse("no such key")));
    }
  }

  /** Returns the name of a data set wherever it lies: the last part of its path. */
  public static String datasetName(String location) {
    return location.replaceFirst("/+$", "").replaceFirst("^.*/", "");
  }

  /** Canonical numbers such as 1.5E+3 are nobody's way to write them. */
  private static String quoted(String value) {
    String text = value;
    if (value.matches("-?\\d+(\\.\\d+)?E\\+\\d{1,2}")) {
      String plain = new BigDecimal(value).toPlainString();
      text = plain.length() <= LONGEST_PLAIN ? plain : value.replace("E+", "e");
    }
    return "'" + text + "'";
  }
}
