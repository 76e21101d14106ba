package org.edm2search.cli.command;

import java.nio.file.Files;
import java.nio.file.Path;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.Presets;
import org.edm2search.space.yaml.ArchitectureYaml;

/** Architectures as named on the command line. */
final class Architectures {

  private Architectures() {}

  /** Returns the architecture of a YAML file, or of a preset such as {@code G*}. */
  static ArchitectureSpec named(String fileOrPreset) {
    Path file = Path.of(fileOrPreset);
    if (!Files.exists(file) && Presets.find(fileOrPreset).isPresent()) {
      return Presets.of(fileOrPreset);
    }
    return ArchitectureYaml.load(file);
  }
}
