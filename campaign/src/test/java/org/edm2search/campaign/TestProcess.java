package org.edm2search.campaign;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How tests start a Java process with their own class path. */
public final class TestProcess {

  private TestProcess() {}

  public static List<String> java(Class<?> main, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+DisplayVMOutputToStderr",
                "-XX:+ErrorFileToStderr",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                main.getName()));
    command.addAll(List.of(arguments));
    return List.copyOf(command);
  }
}
