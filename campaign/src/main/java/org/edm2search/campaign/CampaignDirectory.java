package org.edm2search.campaign;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.edm2search.campaign.journal.JournalReader;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.campaign.trial.Spending;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.InvalidConfigException;

/**
 * Where a campaign keeps its files.
 *
 * <pre>
 * campaign.yaml        the file it was started from
 * campaign.mv.db       the store: the run's alone
 * store.json           instead of it, where a server keeps the store: which schema
 * journal.jsonl        what the store holds, for everyone else
 * backup.zip           copy of the store, backup-before.zip the one before
 * pause                there while a run is asked to wait
 * run.lock             held by the process that runs the campaign; its text names that process
 * trials/0000/         artifacts of a trial: checkpoint.safetensors, samples.png ...
 * workers.json         how many workers were measured to be fastest
 * race.json            who takes part in the race of finalists
 * finalists.json       scores of finalists; chosen.json, what was chosen for them
 * logs/                what libraries say; worker-1.log ... of the processes that run trials
 * export/              bundles
 * </pre>
 *
 * @param path the directory
 */
public record CampaignDirectory(Path path) {

  /** What {@code finalists} scored, within a campaign's directory. */
  public static final String FINALISTS = "finalists.json";

  /** What {@code rescore} scored, within a campaign's directory. */
  public static final String RESCORED = "rescored.json";

  /** File name of a trial's checkpoint inside {@link #trial}. */
  public static final String CHECKPOINT = "checkpoint.safetensors";

  /** File name of a trial's sample grid inside {@link #trial}. */
  public static final String SAMPLES = "samples.png";

  public CampaignDirectory {
    path = path.toAbsolutePath().normalize();
  }

  /** Returns the campaigns directly below a directory, by name. */
  public static List<CampaignDirectory> below(Path parent) {
    if (!Files.isDirectory(parent)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(parent)) {
      return children
          .map(CampaignDirectory::new)
          .filter(CampaignDirectory::exists)
          .sorted((a, b) -> a.path().compareTo(b.path()))
          .toList();
    } catch (IOException e) {
      throw new Edm2SearchException("cannot list %s: %s".formatted(parent, e), e);
    }
  }

  /** Returns whether a campaign was run here. */
  public boolean exists() {
    return Stream.of(store(), journal(), backup()).anyMatch(Files::isRegularFile);
  }

  /** Creates the directory and its folders. */
  public void create() {
    try {
      for (Path folder : List.of(path, trials(), logs(), export())) {
        Files.createDirectories(folder);
      }
    } catch (IOException e) {
      throw new Edm2SearchException(
          "cannot create the campaign directory %s: %s".formatted(path, e), e);
    }
  }

  /** Returns the copy of the campaign's YAML file. */
  public Path config() {
    return path.resolve("campaign.yaml");
  }

  /** Returns the store's file. */
  public Path store() {
    return path.resolve("campaign.mv.db");
  }

  /** Returns the journal's file. */
  public Path journal() {
    return path.resolve("journal.jsonl");
  }

  /** Returns the copy of the store's file. */
  public Path backup() {
    return path.resolve("backup.zip");
  }

  /** Returns the folder of all trials. */
  public Path trials() {
    return path.resolve("trials");
  }

  /** Returns the folder of a trial's artifacts; it exists once the trial was started. */
  public Path trial(int number) {
    return trials().resolve("%04d".formatted(number));
  }

  /** Renames the folder of a trial that is to begin anew to {@code 0003.before-1} and so on. */
  void moveTrialAside(int number) {
    Path folder = trial(number);
    for (int i = 1; Files.exists(folder, LinkOption.NOFOLLOW_LINKS); i++) {
      Path aside = folder.resolveSibling("%s.before-%d".formatted(folder.getFileName(), i));
      try {
        if (!Files.exists(aside, LinkOption.NOFOLLOW_LINKS)) {
          Files.move(folder, aside);
        }
      } catch (IOException e) {
        throw new Edm2SearchException("cannot rename %s: %s".formatted(folder, e), e);
      }
    }
  }

  /** Returns the folder of log files. */
  public Path logs() {
    return path.resolve("logs");
  }

  /** Returns the folder of exported bundles. */
  public Path export() {
    return path.resolve("export");
  }

  /**
   * Opens the journal, also while a campaign runs. Nothing is written, nothing is locked.
   *
   * @throws InvalidConfigException if there is none or it cannot be read
   */
  public JournalReader read() {
    if (!Files.exists(journal(), LinkOption.NOFOLLOW_LINKS) && exists()) {
      throw new InvalidConfigException(
          journal().toString(),
          "there is no journal: an earlier version ran this campaign, or somebody removed it;"
              + " 'edm2-search run' and 'edm2-search doctor' write it from the store");
    }
    return JournalReader.open(journal());
  }

  /**
   * Puts a failed or excluded trial back, to be tried again by the next run. That it failed stays
   * in its history.
   *
   * @throws Edm2SearchException if a run has the directory, or the trial is neither
   */
  public void putBack(int number, Clock clock) {
    try (RunLock lock = lock();
        TrialStore store = new CampaignStore(this).open(clock)) {
      if (!Retrying.one(store, number)) {
        throw refused("only a failed or excluded trial can be tried again", store, number);
      }
    }
  }

  /**
   * Leaves a trial out: it stays in the history, is not ranked, and the next run goes on without
   * it. {@link #putBack} undoes it.
   *
   * @throws Edm2SearchException if a run has the directory, or the trial was measured or pruned
   */
  public void exclude(int number, Clock clock) {
    try (RunLock lock = lock();
        TrialStore store = new CampaignStore(this).open(clock)) {
      Trial trial =
          store
              .trial(number)
              .filter(Trial::excludable)
              .orElseThrow(
                  () -> refused("only a trial without an outcome can be excluded", store, number));
      Trial charged =
          trial.state().finished()
              ? trial
              : trial.charged(
                  trial
                      .spent()
                      .withTraining(
                          Spending.ofTraining(trial.candidate().cost(), store.losses(number))
                              .training()));
      store.exclude(charged.excluded(Retrying.lastFailure(store, trial), clock.instant()));
    }
  }

  private Edm2SearchException refused(String rule, TrialStore store, int number) {
    return new Edm2SearchException(
        "%s, but trial %d of %s %s"
            .formatted(
                rule,
                number,
                path,
                store.trial(number).map(trial -> "is " + trial.state()).orElse("does not exist")));
  }

  /**
   * Claims the directory for one run.
   *
   * @throws Edm2SearchException if another run has it, naming its process
   */
  public RunLock lock() {
    return RunLock.acquire(path.resolve("run.lock"));
  }

  /** Returns the id of the process that runs the campaign now, if any. */
  public Optional<Long> runningProcess() {
    return RunLock.owner(path.resolve("run.lock"));
  }

  /**
   * Requires a trial's checkpoint to be there.
   *
   * @throws InvalidConfigException saying when {@code gc} deleted it, if that is why it is not
   */
  public void requireCheckpoint(int number) {
    requireNotFreed(trial(number));
  }

  /**
   * Does the same for the directory of a trial of some campaign.
   *
   * @param folder a trial's directory, or any other
   */
  public static void requireNotFreed(Path folder) {
    Cleanup.freed(folder)
        .ifPresent(
            when -> {
              throw new InvalidConfigException(
                  folder.toString(),
                  "'edm2-search gc' deleted the checkpoint on %s; 'edm2-search train --trial %d' trains it again"
                      .formatted(when, Integer.parseInt(folder.getFileName().toString())));
            });
  }

  /** Returns whether a run is asked to wait. */
  public boolean pauseRequested() {
    return requests().pauseRequested();
  }

  /**
   * Asks the process that runs the campaign to save its work and wait, until it is {@link #resume
   * asked} to go on.
   */
  public void requestPause() {
    requests().pause();
  }

  /** Lets a run that waits go on. */
  public void resume() {
    requests().resume();
  }

  /**
   * Asks the process that runs the campaign to end a trial, if it has no outcome, and leave it out.
   */
  public void requestCancel(int number) {
    requests().cancel(number);
  }

  /** Returns what the process that runs the campaign is asked. */
  Requests requests() {
    return new Requests(path);
  }

  /**
   * Returns whether there are scores beside those of trials, by {@code finalists} or {@code
   * rescore}: the ledger, which is of trials, does not have what they took.
   */
  public boolean scoredBeyondTrials() {
    return Stream.of(FINALISTS, RESCORED)
        .anyMatch(name -> Files.isRegularFile(path.resolve(name), LinkOption.NOFOLLOW_LINKS));
  }

  /** Returns the files kept of a trial, by name. */
  public List<Path> files(int number) {
    Path directory = trial(number);
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
