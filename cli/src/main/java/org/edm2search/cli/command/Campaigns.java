package org.edm2search.cli.command;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import org.edm2search.campaign.CampaignConfig;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.store.CampaignRecord;
import org.edm2search.campaign.store.TrialReader;
import org.edm2search.cli.output.Console;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.jspecify.annotations.Nullable;

/** Campaigns as named on the command line. */
final class Campaigns {

  /** Where campaigns lie that do not say otherwise. */
  static final Path ROOT = Path.of("campaigns");

  static final String DESCRIPTION =
      "A campaign's directory, its YAML file, or its name below campaigns/. Without it, the campaign"
          + " that was run last.";

  private Campaigns() {}

  /**
   * Finds a campaign.
   *
   * @param named what the user wrote; null for the one that was run last
   */
  static CampaignDirectory find(@Nullable String named) {
    if (named == null) {
      List<CampaignDirectory> all = CampaignDirectory.below(ROOT);
      return all.stream()
          .max(Comparator.comparing(Campaigns::lastWritten))
          .orElseThrow(
              () ->
                  new InvalidUseException(
                      "there is no campaign in %s yet: start one with 'edm2-search run FILE.yaml'"
                          .formatted(ROOT.toAbsolutePath())));
    }
    Path path = Path.of(named);
    if (Files.isRegularFile(path)) {
      return existing(CampaignConfig.load(path).directory().path(), named);
    }
    if (!Files.exists(path) && !path.isAbsolute() && Files.isDirectory(ROOT.resolve(path))) {
      return existing(ROOT.resolve(path), named);
    }
    if (!Files.exists(path)) {
      throw new InvalidUseException(named + ": no such file or directory");
    }
    return existing(path, named);
  }

  /** Reads and checks a campaign's file, and shows how far that is if its data set is large. */
  static CampaignSettings settings(Path file, Console console) {
    try (DatasetLine line = DatasetLine.on(console)) {
      return CampaignSettings.load(file, line);
    }
  }

  private static CampaignDirectory existing(Path path, String named) {
    CampaignDirectory directory = new CampaignDirectory(path);
    if (!directory.exists()) {
      throw new InvalidUseException(
          "%s: no campaign was run here yet; start one with 'edm2-search run FILE.yaml'"
              .formatted(named));
    }
    return directory;
  }

  private static FileTime lastWritten(CampaignDirectory directory) {
    try {
      Path journal = directory.journal();
      return Files.getLastModifiedTime(Files.exists(journal) ? journal : directory.store());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the record of a campaign that was started. */
  static CampaignRecord record(TrialReader reader, CampaignDirectory directory) {
    return reader
        .campaign()
        .orElseThrow(
            () ->
                new InvalidUseException(
                    directory.path() + ": the campaign has not started yet; run it first"));
  }
}
