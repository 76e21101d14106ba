package org.edm2search.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The tiny campaign of the examples, in a directory of a test. */
final class Example {

  private static final Path EXAMPLES = Path.of("..", "examples");

  private Example() {}

  /** Returns the text of the tiny campaign, with its directory. */
  static String tiny(Path campaignDirectory) {
    String text = read("tiny.yaml");
    return text.replace(
        "campaign: {name: tiny,",
        "campaign: {name: tiny, directory: \"%s\",".formatted(campaignDirectory));
  }

  /** Returns an example's text. */
  static String read(String name) {
    try {
      return Files.readString(EXAMPLES.resolve(name));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
