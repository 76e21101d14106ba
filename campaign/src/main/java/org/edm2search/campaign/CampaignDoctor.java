package org.edm2search.campaign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.edm2search.campaign.store.DamagedStoreException;
import org.edm2search.campaign.store.H2TrialStore;
import org.edm2search.campaign.store.StoreBackup;
import org.edm2search.campaign.store.StoreOnServer;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.InvalidConfigException;

/**
 * Checks a campaign's store, its copies and its journal, and mends what it can. A healthy store is
 * never moved; a damaged one is kept under another name.
 */
public final class CampaignDoctor {

  private static final Pattern LEFTOVER =
      Pattern.compile(
          "\\.(backup\\.zip|journal\\.jsonl|campaign\\.yaml)\\.[0-9a-f-]{36}\\.tmp"
              + "|\\.[0-9a-f-]{36}\\.mv\\.db");

  private final CampaignDirectory directory;
  private final Clock clock;
  private final List<String> said = new ArrayList<>();
  private boolean sound = true;

  private CampaignDoctor(CampaignDirectory directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /**
   * What was found and done.
   *
   * @param sound whether the campaign can go on
   * @param lines in the order it happened
   */
  public record Report(boolean sound, List<String> lines) {
    public Report {
      lines = List.copyOf(lines);
    }
  }

  /**
   * Examines a campaign that nobody runs.
   *
   * @throws Edm2SearchException if somebody runs it, or the system refuses to read or write
   */
  public static Report examine(CampaignDirectory directory, Clock clock) {
    try (RunLock lock = directory.lock()) {
      CampaignDoctor doctor = new CampaignDoctor(directory, clock);
      doctor.tidy();
      if (new CampaignStore(directory).settings() instanceof StoreOnServer server) {
        doctor.journal(server);
      } else {
        doctor.store();
        doctor.backups();
      }
      return new Report(doctor.sound, doctor.said);
    }
  }

  /**
   * Puts a copy of the store in the place of the store, whatever that is like; it is kept under
   * another name. Trials that began after the copy are proposed again, and go on from their
   * checkpoints.
   *
   * @param previous whether to take the copy before the last one
   * @throws Edm2SearchException if somebody runs it, or there is no such copy or it is damaged, or
   *     a server keeps the store
   */
  public static Report restore(CampaignDirectory directory, boolean previous, Clock clock) {
    try (RunLock lock = directory.lock()) {
      if (new CampaignStore(directory).settings() instanceof StoreOnServer server) {
        throw new InvalidConfigException(
            directory.path().toString(),
            "its store is in %s, whose own copies bring it back (pg_dump, pg_restore)"
                .formatted(server.server().url()));
      }
      CampaignDoctor doctor = new CampaignDoctor(directory, clock);
      Path copy = previous ? StoreBackup.previous(directory.backup()) : directory.backup();
      if (!Files.isRegularFile(copy, LinkOption.NOFOLLOW_LINKS)) {
        throw new InvalidConfigException(copy.toString(), "there is no such copy of the store");
      }
      doctor.restore(copy, ".replaced");
      return new Report(true, doctor.said);
    }
  }

  private void say(String line, Object... values) {
    said.add(line.formatted(values));
  }

  // ---------------------------------------------------------------- the store

  private void store() {
    Path store = directory.store();
    if (!Files.exists(store, LinkOption.NOFOLLOW_LINKS)) {
      say("store      gone");
      restore();
      return;
    }
    try {
      H2TrialStore.check(store);
    } catch (DamagedStoreException e) {
      say("store      %s", e.getMessage());
      restore();
      return;
    } catch (InvalidConfigException e) {
      sound = false;
      say("store      %s", e.getMessage());
      return;
    }
    journal();
  }

  private void restore() {
    for (Path copy : List.of(directory.backup(), StoreBackup.previous(directory.backup()))) {
      if (Files.isRegularFile(copy, LinkOption.NOFOLLOW_LINKS)) {
        try {
          restore(copy, ".damaged");
          return;
        } catch (Edm2SearchException e) {
          say("copy       %s", e.getMessage());
        }
      }
    }
    sound = false;
    say(
        "store      there is no copy to restore; checkpoints in %s are unharmed, and a new campaign"
            + " directory starts anew",
        directory.trials());
  }

  private void restore(Path copy, String aside) {
    int trials = StoreBackup.trials(copy);
    moveAside(aside);
    StoreBackup.restore(copy, directory.store());
    say("restored   %s, which holds %d trials", copy.getFileName(), trials);
    say(
        "           trials that began after that copy are proposed again, and go on from their"
            + " checkpoints");
    journal();
  }

  private void moveAside(String suffix) {
    Path store = directory.store();
    if (!Files.exists(store, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Path aside = store.resolveSibling(store.getFileName() + suffix);
    for (int number = 2; Files.exists(aside, LinkOption.NOFOLLOW_LINKS); number++) {
      aside = store.resolveSibling(store.getFileName() + suffix + "-" + number);
    }
    try {
      Files.move(store, aside);
    } catch (IOException e) {
      throw new Edm2SearchException(
          "%s: cannot be moved aside: %s".formatted(store, AtomicFile.reason(e)), e);
    }
    say("moved      the store as it was to %s", aside.getFileName());
  }

  /** Opening the store reads every trial and writes the journal anew. */
  private void journal() {
    if (H2TrialStore.isOld(directory.store())) {
      say(
          "store      of an earlier version; 'edm2-search run' brings it to this one, after a copy");
      return;
    }
    try (TrialStore store = new CampaignStore(directory).open(clock)) {
      sayWritten(store);
      if (!isCopy(directory.backup())) {
        store.backup(directory.backup());
        say("copy       %s written", directory.backup().getFileName());
      }
    }
  }

  /** What a server keeps is sound, or the server says otherwise; its copies are its own. */
  private void journal(StoreOnServer server) {
    try (TrialStore store = new CampaignStore(directory).open(server, clock)) {
      say("store      in %s, which has copies of its own (pg_dump)", server.server().url());
      sayWritten(store);
    }
  }

  private void sayWritten(TrialStore store) {
    say("store      holds %d trials", store.trials().size());
    say("journal    written anew from it");
  }

  private static boolean isCopy(Path file) {
    try {
      StoreBackup.trials(file);
      return true;
    } catch (Edm2SearchException e) {
      return false;
    }
  }

  // ---------------------------------------------------------------- beside it

  private void backups() {
    for (Path copy : List.of(directory.backup(), StoreBackup.previous(directory.backup()))) {
      if (Files.exists(copy, LinkOption.NOFOLLOW_LINKS)) {
        try {
          say("copy       %s holds %d trials", copy.getFileName(), StoreBackup.trials(copy));
        } catch (Edm2SearchException e) {
          say("copy       %s", e.getMessage());
        }
      }
    }
  }

  /** Deletes what killed runs left half written. */
  private void tidy() {
    try (Stream<Path> files = Files.list(directory.path())) {
      for (Path file : files.filter(CampaignDoctor::isLeftover).toList()) {
        Files.delete(file);
        say("deleted    %s, left by a killed run", file.getFileName());
      }
    } catch (IOException e) {
      throw new Edm2SearchException(
          "%s: cannot be tidied: %s".formatted(directory.path(), AtomicFile.reason(e)), e);
    }
  }

  private static boolean isLeftover(Path file) {
    return LEFTOVER.matcher(file.getFileName().toString()).matches();
  }
}
