package org.edm2search.cluster;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The rules of docs/architecture.md for this module, read off the compiled classes. */
class ClusterRulesTest {

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("org.edm2search");

  @Test
  void sparkStaysHere() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.edm2search.cluster..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "scala..")
        .check(PRODUCTION);
  }

  @Test
  void nobodySeesTheClusterButByItsService() {
    noClasses()
        .that()
        .resideOutsideOfPackage("org.edm2search.cluster..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.edm2search.cluster..")
        .check(PRODUCTION);
  }

  @Test
  void whatCrossesTheNetworkIsMadeOfWhatEveryJavaHas() {
    classes()
        .that()
        .haveSimpleName("WorkerPlace")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage("java..", "org.jspecify..", "org.edm2search.cluster..")
        .check(PRODUCTION);
  }

  @Test
  void trialsNeedNoCommandLine() {
    assertThatCode(() -> Class.forName("org.edm2search.pipeline.worker.WorkerMain"))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> Class.forName("picocli.CommandLine"))
        .isInstanceOf(ClassNotFoundException.class);
  }
}
