package org.edm2search.model.profile;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.base.Edm2SearchException;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.edm2search.space.yaml.Section;

/**
 * The measuring process: arguments say what to measure, standard input is the architecture as YAML,
 * standard output tells steps and the result, one a line.
 */
final class ProfileMain {

  /** What this prints begins so; native libraries print too. */
  static final String STEP = "profile-step ";

  static final String RESULT = "profile-result ";
  static final String FAILURE = "profile-failure ";

  /** The argument that asks for the peak instead of a pass. */
  static final String MATRIX_MULTIPLY = "MATRIX_MULTIPLY";

  private ProfileMain() {}

  /** Measures: {@code MATRIX_MULTIPLY}, or kind, batch, runs and seconds. */
  public static void main(String[] arguments) throws IOException {
    PrintStream out =
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8));
    try {
      Profiler profiler = new Profiler(step -> out.println(STEP + step));
      String result =
          arguments[0].equals(MATRIX_MULTIPLY)
              ? Double.toString(profiler.matrixMultiplyPeak())
              : format(measure(profiler, arguments));
      out.println(RESULT + result);
    } catch (Edm2SearchException e) {
      out.println(FAILURE + String.valueOf(e.getMessage()).replaceAll("\\s+", " "));
    } catch (OutOfMemoryError e) {
      out.println(FAILURE + "out of memory");
    }
  }

  private static PassProfile measure(Profiler profiler, String[] arguments) throws IOException {
    String yaml = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
    ArchitectureSpec architecture =
        ArchitectureYaml.read(Section.parse(yaml, "the architecture to measure"));
    return profiler.measure(
        architecture,
        new Pass(Pass.Kind.valueOf(arguments[0]), Integer.parseInt(arguments[1])),
        new Repetition(Integer.parseInt(arguments[2]), Double.parseDouble(arguments[3])),
        Profiler.memoryLimitBytes());
  }

  private static String format(PassProfile profile) {
    return Stream.concat(
            Stream.of(
                profile.pass().batch(),
                profile.weightBytes(),
                profile.planBytes(),
                profile.residentBytes().orElse(-1)),
            profile.seconds().stream())
        .map(Object::toString)
        .collect(Collectors.joining(" "));
  }

  /** Reads what {@link #format} wrote. */
  static PassProfile parse(Pass.Kind kind, String result) {
    List<String> words = List.of(result.split(" "));
    long resident = Long.parseLong(words.get(3));
    return new PassProfile(
        new Pass(kind, Integer.parseInt(words.get(0))),
        words.subList(4, words.size()).stream().map(Double::valueOf).toList(),
        Long.parseLong(words.get(1)),
        Long.parseLong(words.get(2)),
        resident < 0 ? OptionalLong.empty() : OptionalLong.of(resident));
  }
}
