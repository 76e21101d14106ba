package org.edm2search.dashboard.library;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.report.CampaignReport;
import org.edm2search.campaign.report.RankedTrial;
import org.edm2search.campaign.report.RungDifference;
import org.edm2search.campaign.report.TrialReport;
import org.edm2search.campaign.rescore.RescoredReport;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.dashboard.view.CampaignView;
import org.edm2search.dashboard.view.CampaignsView;
import org.edm2search.dashboard.view.LeaderboardQuery;
import org.edm2search.dashboard.view.RescoredView;
import org.edm2search.dashboard.view.ScoreTableView;
import org.edm2search.dashboard.view.TrialView;
import org.edm2search.space.yaml.InvalidConfigException;

/**
 * The campaigns under one directory, as views and reports. Names from outside are compared with the
 * directories found, never made into paths.
 *
 * <p>Thread-safe. It only reads, and only journals.
 */
public final class CampaignLibrary implements AutoCloseable {

  private final Path root;
  private final Clock clock;
  private final Map<String, OpenCampaign> open = new HashMap<>();
  private boolean closed;

  /**
   * Makes a library.
   *
   * @param root a campaign directory, or a directory of campaign directories
   */
  public CampaignLibrary(Path root, Clock clock) {
    this.root = root;
    this.clock = clock;
  }

  /** Returns every campaign in short, those that cannot be read with the reason. */
  public CampaignsView campaigns() {
    List<CampaignsView.Card> cards = new ArrayList<>();
    for (CampaignDirectory directory : directories()) {
      String name = name(directory);
      try {
        cards.add(reading(name).card());
      } catch (UnreadableCampaignException e) {
        cards.add(
            new CampaignsView.Card(
                name,
                "unreadable",
                0,
                0,
                "",
                OptionalDouble.empty(),
                OptionalDouble.empty(),
                Optional.of(e.getMessage())));
      } catch (UnknownCampaignException e) {
        // Deleted since the directories were listed.
      }
    }
    return new CampaignsView(root.toString(), cards);
  }

  /**
   * Returns a campaign.
   *
   * @param query which of its trials
   * @throws UnknownCampaignException if there is none of this name
   * @throws UnreadableCampaignException if its journal cannot be read
   */
  public CampaignView campaign(String name, LeaderboardQuery query) {
    return reading(name).view(clock.instant(), query);
  }

  /**
   * Returns a trial, empty if the campaign has no trial of this number.
   *
   * @throws UnknownCampaignException if there is no campaign of this name
   * @throws UnreadableCampaignException if its journal cannot be read
   */
  public Optional<TrialView> trial(String name, int number) {
    OpenCampaign campaign = find(name);
    Ranking ranking = campaign.ranking();
    return ranking
        .snapshot()
        .trial(number)
        .map(
            found ->
                TrialReading.view(
                    name,
                    ranking,
                    found,
                    campaign.losses(number),
                    samplesFile(campaign, number).isPresent()));
  }

  /**
   * Returns a campaign for programs.
   *
   * @throws UnknownCampaignException if there is none of this name
   * @throws UnreadableCampaignException if its journal cannot be read
   */
  public CampaignReport report(String name) {
    OpenCampaign campaign = find(name);
    Snapshot snapshot = campaign.snapshot();
    CampaignDirectory directory = campaign.directory();
    return CampaignReport.of(
        directory.path(),
        snapshot.recorded(),
        directory.runningProcess(),
        directory.pauseRequested());
  }

  /**
   * Returns a campaign's ranked trials for programs.
   *
   * @throws UnknownCampaignException if there is none of this name
   * @throws UnreadableCampaignException if its journal cannot be read
   */
  public List<RankedTrial> leaderboard(String name) {
    return RankedTrial.of(find(name).ranking().board());
  }

  /**
   * Returns a campaign's tables of scores by other protocols.
   *
   * @throws UnknownCampaignException if there is none of this name
   * @throws UnreadableCampaignException if its journal cannot be read
   */
  public List<RescoredReport> rescored(String name) {
    return find(name).rescored();
  }

  /**
   * Returns a table of scores by another protocol, empty if there is none of this digest.
   *
   * @throws UnknownCampaignException if there is no campaign of this name
   * @throws UnreadableCampaignException if its journal cannot be read
   */
  public Optional<RescoredView> rescored(String name, String digest) {
    List<RescoredReport> all = rescored(name);
    return all.stream()
        .filter(report -> report.protocolDigest().equals(digest))
        .findFirst()
        .map(
            report ->
                new RescoredView(name, report, all.stream().map(ScoreTableView::of).toList()));
  }

  /**
   * Returns a trial for programs, empty if the campaign has no trial of this number.
   *
   * @throws UnknownCampaignException if there is no campaign of this name
   * @throws UnreadableCampaignException if its journal cannot be read
   */
  public Optional<TrialReport> trialReport(String name, int number) {
    OpenCampaign campaign = find(name);
    CampaignDirectory directory = campaign.directory();
    Snapshot snapshot = campaign.snapshot();
    return snapshot
        .trial(number)
        .map(
            trial ->
                TrialReport.of(
                    trial,
                    trial.runs(snapshot.trials()),
                    snapshot.recorded().attempts().stream()
                        .filter(attempt -> attempt.trial() == number)
                        .toList(),
                    differences(trial, snapshot.trials(), directory),
                    campaign.losses(number),
                    isInside(directory.trial(number), directory.path())
                        ? directory.files(number).stream().map(Path::toString).toList()
                        : List.of()));
  }

  private static Map<Integer, RungDifference> differences(
      Trial trial, List<Trial> trials, CampaignDirectory directory) {
    try {
      return RungDifference.of(
          trial,
          trials,
          number ->
              Optional.of(directory.trial(number))
                  .filter(folder -> isInside(folder, directory.path())));
    } catch (InvalidConfigException e) {
      return Map.of(); // a damaged file hides no trial; 'show' names it
    }
  }

  /** Returns a trial's sample grid, empty if there is none. */
  public Optional<Path> samples(String name, int number) {
    return samplesFile(find(name), number);
  }

  private static Optional<Path> samplesFile(OpenCampaign campaign, int number) {
    Path file = campaign.directory().trial(number).resolve(CampaignDirectory.SAMPLES);
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
            && isInside(file, campaign.directory().path())
        ? Optional.of(file)
        : Optional.empty();
  }

  private CampaignReading reading(String name) {
    OpenCampaign campaign = find(name);
    return new CampaignReading(name, campaign.ranking(), campaign.rescored());
  }

  /** A link may not lead out of what is served: neither a campaign's directory, nor one in it. */
  private static boolean isInside(Path path, Path directory) {
    try {
      return path.toRealPath().startsWith(directory.toRealPath());
    } catch (IOException e) {
      return false;
    }
  }

  private List<CampaignDirectory> directories() {
    CampaignDirectory itself = new CampaignDirectory(root);
    return itself.exists()
        ? List.of(itself)
        : CampaignDirectory.below(root).stream()
            .filter(directory -> isInside(directory.path(), root))
            .toList();
  }

  private static String name(CampaignDirectory directory) {
    return directory.path().getFileName().toString();
  }

  private OpenCampaign find(String name) {
    Optional<CampaignDirectory> found =
        directories().stream().filter(directory -> name(directory).equals(name)).findFirst();
    OpenCampaign gone = null;
    try {
      synchronized (open) {
        if (closed) {
          throw new UnreadableCampaignException("The dashboard is stopping.", null);
        }
        if (found.isPresent()) {
          return open.computeIfAbsent(name, key -> new OpenCampaign(found.get(), clock));
        }
        gone = open.remove(name);
      }
    } finally {
      if (gone != null) {
        gone.close();
      }
    }
    throw new UnknownCampaignException(name, root.toString());
  }

  /** Closes every journal. */
  @Override
  public void close() {
    List<OpenCampaign> all;
    synchronized (open) {
      closed = true;
      all = List.copyOf(open.values());
      open.clear();
    }
    all.forEach(OpenCampaign::close);
  }
}
