package org.edm2search.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A type is public because another package uses it, or for a reason that stands here. */
class VisibilityTest {

  private static final Map<String, String> REASONS =
      Map.ofEntries(
          Map.entry("cli.Main", "the program"),
          Map.entry("pipeline.worker.WorkerMain", "the workers' program"),
          Map.entry("cli.output.QuietLogging", "a service of the logging library"),
          Map.entry("cli.output.WorkerLogs", "a service of the workers"),
          Map.entry("campaign.store.InMemoryStore", "the store of other modules' tests"),
          Map.entry("campaign.RunLock", "the dashboard's tests hold it as a run does"),
          Map.entry("space.architecture.BranchGrammar", "drawings are tested with it"),
          Map.entry("space.BranchTrait", "bench varies branches"),
          Map.entry("eval.loss.HeldOutLoss", "bench measures with it"),
          Map.entry("train.Adam", "bench measures it"),
          Map.entry("campaign.worker.TrialConversation", "the cluster's tasks talk through it"),
          Map.entry("pipeline.worker.WorkerCommand", "the cluster's tasks start workers with it"),
          Map.entry("pipeline.worker.WorkerMemory", "the cluster's executors reserve it"));

  /** What the templates' compiler makes. */
  private static final String EXEMPT = "dashboard\\.pages\\..*";

  @Test
  void publicTypesAreUsedElsewhere() {
    JavaClasses production =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.edm2search");
    List<JavaClass> publicTypes =
        production.stream()
            .filter(type -> type.isTopLevelClass() && !type.getSimpleName().isEmpty())
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .toList();
    Set<String> needed = new HashSet<>();
    for (JavaClass type : production) {
      type.getDirectDependenciesFromSelf().stream()
          .map(dependency -> outermost(dependency.getTargetClass()))
          .filter(target -> !target.getPackageName().equals(type.getPackageName()))
          .forEach(target -> needed.add(target.getName()));
    }
    publicTypes.stream()
        .flatMap(type -> withNested(type, production))
        .flatMap(VisibilityTest::exposed)
        .forEach(type -> needed.add(outermost(type).getName()));
    assertThat(publicTypes)
        .hasSizeGreaterThan(200)
        .extracting(JavaClass::getName)
        .filteredOn(name -> !needed.contains(name))
        .extracting(name -> name.substring("org.edm2search.".length()))
        .filteredOn(name -> !name.matches(EXEMPT))
        .isSubsetOf(REASONS.keySet());
  }

  /** What others see of a type without naming it: results and parameters of public methods. */
  private static Stream<JavaClass> exposed(JavaClass type) {
    return type.getCodeUnits().stream()
        .filter(unit -> unit.getModifiers().contains(JavaModifier.PUBLIC))
        .flatMap(VisibilityTest::signature)
        .filter(seen -> !outermost(seen).equals(outermost(type)));
  }

  private static Stream<JavaClass> signature(JavaCodeUnit unit) {
    return Stream.concat(
        unit.getReturnType().getAllInvolvedRawTypes().stream(),
        unit.getParameterTypes().stream()
            .flatMap(parameter -> parameter.getAllInvolvedRawTypes().stream()));
  }

  private static Stream<JavaClass> withNested(JavaClass type, JavaClasses all) {
    return all.stream().filter(one -> outermost(one).equals(type));
  }

  private static JavaClass outermost(JavaClass type) {
    JavaClass outer = type.getBaseComponentType();
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer;
  }
}
