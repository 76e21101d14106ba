package org.edm2search.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import org.edm2search.cli.output.Console;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.edm2search.space.yaml.Section;

/** Architectures as named on the command line. */
final class Architectures {

  private Architectures() {}

  static final String DESCRIPTION =
      "Architectures' YAML files, campaigns' YAML files for their G*, or presets such as G*.";

  /**
   * Returns the architecture of a YAML file, the seed architecture of a campaign's, or a preset
   * such as {@code G*}.
   */
  static ArchitectureSpec named(String fileOrPreset, Console console) {
    Path file = Path.of(fileOrPreset);
    if (!Files.exists(file) && Presets.find(fileOrPreset).isPresent()) {
      return Presets.of(fileOrPreset);
    }
    return Section.load(file).has("campaign")
        ? Campaigns.settings(file, console).space().seed()
        : ArchitectureYaml.load(file);
  }
}
