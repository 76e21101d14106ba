package org.edm2search.campaign;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import org.edm2search.campaign.journal.JournaledStore;
import org.edm2search.campaign.store.H2TrialStore;
import org.edm2search.campaign.store.PostgresTrialStore;
import org.edm2search.campaign.store.StoreInFile;
import org.edm2search.campaign.store.StoreOnServer;
import org.edm2search.campaign.store.StoreSettings;
import org.edm2search.campaign.store.TrialStore;
import org.edm2search.space.yaml.InvalidConfigException;

/**
 * The store of a campaign's directory: a file in it, or a schema of a server's that a file in it
 * names. A campaign stays with the kind it began with, since in two places each would miss some
 * trials.
 */
final class CampaignStore {

  private final CampaignDirectory directory;

  CampaignStore(CampaignDirectory directory) {
    this.directory = directory;
  }

  private Path file() {
    return directory.store();
  }

  private Path schema() {
    return PostgresTrialStore.file(directory.path());
  }

  private static boolean exists(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Returns where the store of a campaign that was run here is.
   *
   * @throws InvalidConfigException if it is on a server and the campaign's file does not say which
   */
  StoreSettings settings() {
    if (!exists(schema())) {
      return new StoreInFile();
    }
    StoreSettings settings = CampaignConfig.loadStore(directory.config());
    requireKind(settings);
    return settings;
  }

  private void requireKind(StoreSettings settings) {
    if (settings instanceof StoreInFile && exists(schema())) {
      throw new InvalidConfigException(
          schema().toString(),
          "a server keeps this campaign's store: give its file the section 'store' that it was"
              + " started with, or another campaign.directory");
    }
    if (settings instanceof StoreOnServer && exists(file())) {
      throw new InvalidConfigException(
          file().toString(),
          "this file is the campaign's store: leave out the section 'store' of its file, or give"
              + " another campaign.directory");
    }
  }

  /**
   * Checks, reading only, that a run can start here.
   *
   * @throws InvalidConfigException if the store is damaged, not ours, or gone though others of the
   *     campaign's files are there, or is not where the settings say
   */
  void requireRunnable(StoreSettings settings) {
    requireKind(settings);
    if (exists(file())) {
      H2TrialStore.check(file());
    } else if (!exists(schema()) && (directory.exists() || Files.exists(directory.trial(0)))) {
      throw settings instanceof StoreOnServer
          ? new InvalidConfigException(
              schema().toString(),
              "is gone, so nobody knows which schema of the server keeps this campaign; bring it back,"
                  + " or start a new campaign directory")
          : new InvalidConfigException(
              file().toString(),
              "the store is gone, but other files of the campaign are there; 'edm2-search doctor %s'"
                      .formatted(directory.path())
                  + " restores a copy of it; or start a new campaign directory");
    }
  }

  /** Opens the store of a campaign that was run here. */
  TrialStore open(Clock clock) {
    return open(settings(), clock);
  }

  /**
   * Opens the store for writing, and writes its journal. Take the directory's {@link
   * CampaignDirectory#lock} first.
   */
  TrialStore open(StoreSettings settings, Clock clock) {
    TrialStore store =
        settings instanceof StoreOnServer server
            ? PostgresTrialStore.open(server, directory.path())
            : H2TrialStore.open(file());
    try {
      return JournaledStore.of(store, directory.journal(), clock);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }
}
