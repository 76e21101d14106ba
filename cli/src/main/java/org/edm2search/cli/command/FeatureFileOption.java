package org.edm2search.cli.command;

import java.nio.file.Path;
import java.util.Optional;
import org.edm2search.pipeline.trial.FeatureFiles;
import picocli.CommandLine.Option;

/** Where the weights of features are that do not come with the program. */
final class FeatureFileOption {

  @Option(
      names = "--features-file",
      paramLabel = "FILE",
      description =
          "Weights of Inception for features inception. Default: EDM2_SEARCH_INCEPTION, or what"
              + " 'edm2-search weights FILE' installed.")
  private Path file;

  FeatureFiles files() {
    return FeatureFiles.of(
        Optional.ofNullable(file), System.getenv(), Path.of(System.getProperty("user.home", ".")));
  }
}
