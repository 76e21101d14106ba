package org.edm2search.campaign;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.edm2search.campaign.leaderboard.Leaderboard;
import org.edm2search.campaign.leaderboard.ParetoFront;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.campaign.trial.TrialState;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.jspecify.annotations.Nullable;

/**
 * Which checkpoints, snapshots and samples of a campaign's trials can go, and their end. What is
 * recorded of trials stays; a file {@value #MARK} in a trial's directory says when its checkpoint
 * went.
 *
 * @param kept trials whose files stay, by number
 * @param doomed what goes, by trial
 */
public record Cleanup(Set<Integer> kept, List<Doomed> doomed) {

  /** In the directory of a trial whose checkpoint was deleted. */
  static final String MARK = "freed";

  private static final Pattern EXPORTED = Pattern.compile("trial-(\\d{4,9})");
  private static final Pattern FOLDER = Pattern.compile("(\\d{4,9})(\\.before-\\d+)?");
  private static final Pattern GOES =
      Pattern.compile("checkpoint(\\.previous)?\\.safetensors|samples\\.png|snapshots|sampled-.*");

  public Cleanup {
    kept = Set.copyOf(kept);
    doomed = List.copyOf(doomed);
  }

  /**
   * What goes of a trial.
   *
   * @param trial its number
   * @param paths files and directories
   * @param bytes of all
   */
  public record Doomed(int trial, List<Path> paths, long bytes) {
    public Doomed {
      paths = List.copyOf(paths);
    }
  }

  /**
   * Plans what goes: all but the seed architecture, the best, the Pareto front, what is not
   * finished, what was exported into the campaign's directory, and what is needed otherwise, each
   * with the trainings of its architecture.
   *
   * @param leaderboard of the trials, over the campaign's objectives
   * @param finished whether the campaign has nothing left to do; otherwise what it gave up for now
   *     may go on
   * @param keep how many of the best
   * @param needed further trials to keep, such as those that race or that something was chosen for
   */
  public static Cleanup plan(
      CampaignDirectory directory,
      List<Trial> trials,
      Leaderboard leaderboard,
      boolean finished,
      int keep,
      Set<Integer> needed) {
    Set<Integer> kept = new HashSet<>(needed);
    kept.add(0);
    for (Leaderboard.Table table : leaderboard.tables()) {
      table.rows().stream().limit(keep).forEach(row -> kept.add(row.trial().number()));
      ParetoFront.of(table).forEach(trial -> kept.add(trial.number()));
    }
    names(directory.export())
        .map(EXPORTED::matcher)
        .filter(Matcher::matches)
        .forEach(name -> kept.add(Integer.parseInt(name.group(1))));
    for (Trial trial : trials) {
      boolean goesOn = !trial.state().finished() || !finished && trial.state() == TrialState.PRUNED;
      if (goesOn || trial.repeatOf().filter(kept::contains).isPresent()) {
        kept.add(trial.number());
      }
    }
    Set<Integer> known = new HashSet<>();
    trials.forEach(trial -> known.add(trial.number()));
    List<Doomed> doomed = new ArrayList<>();
    for (int number : new TreeSet<>(known)) {
      List<Path> paths = paths(directory, number, kept.contains(number));
      if (!paths.isEmpty()) {
        doomed.add(new Doomed(number, paths, paths.stream().mapToLong(Cleanup::size).sum()));
      }
    }
    return new Cleanup(kept, doomed);
  }

  /** What was moved aside to begin anew goes in any case. */
  private static List<Path> paths(CampaignDirectory directory, int trial, boolean kept) {
    List<Path> paths = new ArrayList<>();
    names(directory.trials())
        .map(FOLDER::matcher)
        .filter(name -> name.matches() && Integer.parseInt(name.group(1)) == trial)
        .forEach(
            name -> {
              Path folder = directory.trials().resolve(name.group());
              if (name.group(2) != null) {
                paths.add(folder);
              } else if (!kept) {
                names(folder)
                    .filter(file -> GOES.matcher(file).matches())
                    .forEach(file -> paths.add(folder.resolve(file)));
              }
            });
    return paths;
  }

  private static Stream<String> names(Path folder) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return Stream.empty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
    } catch (IOException e) {
      throw new Edm2SearchException(
          "%s: cannot be listed: %s".formatted(folder, AtomicFile.reason(e)), e);
    }
  }

  /** Returns how many bytes go. */
  public long bytes() {
    return doomed.stream().mapToLong(Doomed::bytes).sum();
  }

  /**
   * Deletes what is planned. Interrupted, it leaves what the next call deletes.
   *
   * @param directory locked by the caller
   */
  public void carryOut(CampaignDirectory directory, Clock clock) {
    for (Doomed one : doomed) {
      Path folder = directory.trial(one.trial());
      if (one.paths().stream().anyMatch(path -> path.startsWith(folder))) {
        // First, so that a checkpoint that is gone has its reason.
        AtomicFile.write(folder.resolve(MARK), clock.instant() + "\n");
      }
      one.paths().forEach(Cleanup::delete);
    }
  }

  /**
   * Returns when the checkpoint of a trial was deleted, if it was and there is no newer one.
   *
   * @param folder the trial's directory
   */
  static Optional<String> freed(Path folder) {
    Path mark = folder.resolve(MARK);
    if (Files.exists(folder.resolve(CampaignDirectory.CHECKPOINT))
        || !Files.isRegularFile(mark, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(mark).strip());
    } catch (IOException e) {
      return Optional.of("an unknown day");
    }
  }

  private static long size(Path path) {
    long[] bytes = {0};
    visit(path, file -> bytes[0] += Files.size(file));
    return bytes[0];
  }

  private static void delete(Path path) {
    visit(path, Files::delete);
  }

  private interface Action {
    void on(Path file) throws IOException;
  }

  /** Visits files before their directories; follows no links. */
  private static void visit(Path path, Action action) {
    try {
      Files.walkFileTree(
          path,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              action.on(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException error)
                throws IOException {
              action.on(folder);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new Edm2SearchException(
          "%s: cannot be deleted: %s".formatted(path, AtomicFile.reason(e)), e);
    }
  }
}
