package org.edm2search.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.GeneralCodingRules.THROW_GENERIC_EXCEPTIONS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaConstructorCall;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.edm2search.space.base.Edm2SearchException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of docs/architecture.md, read off the compiled classes. */
class ModuleRulesTest {

  private static final String ROOT = "org.edm2search.";
  private static final String CAMPAIGN = ROOT + "campaign.";
  private static final String STORE = CAMPAIGN + "store.";
  private static final List<String> MODULES =
      List.of(
          "space", "data", "model", "train", "eval", "campaign", "pipeline", "dashboard", "cli");

  private static final int MOST_COMPONENTS = 8;

  private static JavaClasses production;

  @BeforeAll
  static void readClasses() {
    production =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.edm2search");
  }

  @ParameterizedTest
  @CsvSource({
    "space, ''",
    "data, space",
    "model, space",
    "train, space data model",
    "eval, space data model",
    "campaign, space",
    "pipeline, space data model train eval campaign",
    "dashboard, space campaign"
  })
  void aModuleUsesOnlyWhatItsArrowsReach(String module, String reachable) {
    List<String> allowed = List.of(reachable.split(" "));
    String[] forbidden =
        MODULES.stream()
            .filter(other -> !other.equals(module) && !allowed.contains(other))
            .map(other -> ROOT + other + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage(ROOT + module + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden)
        .check(production);
  }

  @Test
  void tensorsStayInTheirModules() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            ROOT + "model..", ROOT + "train..", ROOT + "eval..", ROOT + "pipeline..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.nd4j..", "org.deeplearning4j..", "org.bytedeco..")
        .check(production);
  }

  /** On a GPU, what is written past the view is never seen, and what was kept is old. */
  @Test
  void theHostsCopyOfATensorIsReachedByItsViewOnly() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + "model.device.HostView")
        .should()
        .callMethodWhere(
            target(owner(assignableTo("org.nd4j.linalg.api.buffer.DataBuffer")))
                .and(
                    target(
                        nameMatching(
                            "(asNio|pointer|address|opaque|getHost|asBytes|as(Float|Int|Long|Double)|put|get(Float|Double)).*"))))
        .check(production);
    noFields()
        .that()
        .areDeclaredInClassesThat()
        .resideInAnyPackage(ROOT + "model..", ROOT + "train..", ROOT + "eval..")
        .should()
        .haveRawType(FloatBuffer.class)
        .check(production);
  }

  @ParameterizedTest
  @CsvSource({
    "io.jenetics.., campaign",
    "org.h2.., campaign.store",
    "org.jdbi.., campaign.store",
    "org.postgresql.., campaign.store",
    "java.sql.., campaign.store",
    "io.javalin.., dashboard",
    "picocli.., cli",
    "ch.qos.logback.., cli"
  })
  void aLibraryHasOneHome(String library, String home) {
    noClasses()
        .that()
        .resideOutsideOfPackage(ROOT + home + "..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(library)
        .check(production);
  }

  @ParameterizedTest
  @CsvSource({"picocli, cli", "logback-classic, cli bench"})
  void aWorkerRunsTrialsWithoutTheProgramsLibraries(String artifact, String homes)
      throws IOException {
    assertThat(modulesThatShip(artifact)).isSubsetOf(homes.split(" ")).isNotEmpty();
  }

  /** Returns the modules that name a library in their pom.xml other than for tests. */
  private static List<String> modulesThatShip(String artifact) throws IOException {
    Pattern shipped =
        Pattern.compile(
            "<artifactId>%s</artifactId>(?!\\s*<scope>test</scope>)".formatted(artifact));
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(Path.of(".."))) {
      List<String> found = new ArrayList<>();
      for (Path module : modules) {
        Path pom = module.resolve("pom.xml");
        if (Files.exists(pom) && shipped.matcher(Files.readString(pom)).find()) {
          found.add(module.getFileName().toString());
        }
      }
      return found;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"H2TrialStore", "PostgresTrialStore"})
  void onlyTheRunsSideOpensTheDatabase(String store) {
    classes()
        .that()
        .haveFullyQualifiedName(STORE + store)
        .should()
        .onlyBeAccessed()
        .byClassesThat(
            resideInAPackage(ROOT + "campaign.store")
                .or(named("CampaignStore"))
                .or(named("CampaignDoctor")))
        .check(production);
  }

  private static DescribedPredicate<JavaClass> named(String nameInCampaign) {
    return describe(
        nameInCampaign,
        type -> type.getFullName().replaceFirst("\\$.*", "").equals(CAMPAIGN + nameInCampaign));
  }

  @Test
  void readersKnowNoStore() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            ROOT + "campaign", ROOT + "campaign.store", ROOT + "campaign.journal")
        .or()
        .haveFullyQualifiedName(CAMPAIGN + "journal.JournalReader")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName(STORE + "TrialStore")
        .check(production);
  }

  @Test
  void modulesHaveNoCycles() {
    slices().matching("org.edm2search.(*)..").should().beFreeOfCycles().check(production);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("org.edm2search.(**)").should().beFreeOfCycles().check(production);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Manager", "Helper", "Util", "Utils", "Impl", "Data", "Info", "Processor"})
  void namesSayWhatATypeIs(String suffix) {
    noClasses().should().haveSimpleNameEndingWith(suffix).check(production);
  }

  /** Nine values in a row are told apart by name only. */
  @Test
  void aRecordOfMoreThanEightComponentsIsMadeByItsBuilder() {
    List<String> bare = new ArrayList<>();
    for (JavaClass record : production) {
      if (!record.isRecord() || components(record) <= MOST_COMPONENTS) {
        continue;
      }
      for (JavaAccess<?> call : record.getAccessesToSelf()) {
        JavaClass caller = call.getOriginOwner();
        boolean builder =
            caller.getPackageName().equals(record.getPackageName())
                && caller.getSimpleName().endsWith("Builder");
        if (call instanceof JavaConstructorCall && !builder && !caller.equals(record)) {
          bare.add(call.getDescription());
        }
      }
    }
    assertThat(bare).isEmpty();
    assertThat(production.stream().filter(JavaClass::isRecord)).hasSizeGreaterThan(100);
  }

  private static long components(JavaClass record) {
    return record.getFields().stream()
        .filter(field -> !field.getModifiers().contains(JavaModifier.STATIC))
        .count();
  }

  @Test
  void nobodyPrintsBesideTheConsole() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + "cli.Main")
        .should(ACCESS_STANDARD_STREAMS)
        .check(production);
  }

  @Test
  void onlyMainEndsTheProcess() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(ROOT + "cli.Main")
        .should()
        .callMethod(System.class, "exit", int.class)
        .check(production);
  }

  @Test
  void randomnessAndTimeAreArguments() {
    noClasses()
        .should()
        .callConstructor(Random.class)
        .orShould()
        .callConstructor(SplittableRandom.class)
        .orShould()
        .dependOnClassesThat()
        .areAssignableTo(ThreadLocalRandom.class)
        .orShould()
        .callMethod(Math.class, "random")
        .orShould()
        .callMethod(Instant.class, "now")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Clock.class, "systemDefaultZone")
        .check(production);
  }

  @Test
  void failuresHaveOneRoot() {
    classes()
        .that()
        .areAssignableTo(Exception.class)
        .and(not(resideInAPackage(ROOT + "dashboard.web")))
        .should()
        .beAssignableTo(Edm2SearchException.class)
        .check(production);
    noClasses()
        .that(resideInAnyPackage("org.edm2search.."))
        .should(THROW_GENERIC_EXCEPTIONS)
        .check(production);
  }

  @Test
  void everyModuleIsSeen() {
    assertThat(MODULES)
        .allMatch(
            module ->
                production.stream()
                    .map(JavaClass::getPackageName)
                    .anyMatch(name -> name.startsWith(ROOT + module)));
  }

  @Test
  void everyPackageSaysWhatItIsFor() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      List<Path> unexplained =
          files
              .filter(file -> file.toString().contains("src/main/java"))
              .filter(file -> file.toString().endsWith(".java"))
              .map(Path::getParent)
              .distinct()
              // Sample.java, which bundles carry alone, has no package.
              .filter(folder -> !folder.endsWith("src/main/java"))
              .filter(folder -> !Files.exists(folder.resolve("package-info.java")))
              .toList();
      assertThat(unexplained).isEmpty();
    }
  }

  @Test
  void everyPackageSaysWhatMayBeNull() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(".."))) {
      List<Path> packages =
          files
              .filter(file -> file.toString().contains("src/main/java"))
              .filter(file -> file.endsWith("package-info.java"))
              .toList();
      assertThat(packages)
          .isNotEmpty()
          .allSatisfy(file -> assertThat(file).content().contains("\n@NullMarked\npackage "));
    }
  }
}
