package org.edm2search.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.edm2search.campaign.CampaignDirectory;
import org.edm2search.campaign.ClusterSettings;
import org.edm2search.campaign.ExecutorSettings;
import org.edm2search.campaign.TrialExecutor;
import org.edm2search.pipeline.trial.CampaignSettings;
import org.edm2search.pipeline.trial.FeatureFiles;
import org.edm2search.pipeline.worker.ClusterEngine;
import org.edm2search.pipeline.worker.WorkerMain;
import org.edm2search.pipeline.worker.WorkerMemory;
import org.edm2search.space.base.Edm2SearchException;

/**
 * Runs trials on a Spark cluster: standalone, YARN or Kubernetes, or on this machine ({@code
 * local[N]}). The program's jars travel with the application, once to each executor. The campaign's
 * directory and the data set must be there under the same paths on every machine.
 */
public final class SparkEngine implements ClusterEngine {

  private static final String PLUGINS = "spark.plugins";
  private static final String JARS = "spark.jars";
  private static final String OVERHEAD = "spark.executor.memoryOverhead";
  private static final String YARN_JARS = "spark.yarn.jars";

  /** Settings that say where nodes of YARN have Spark from. */
  private static final List<String> YARN_LIBRARIES = List.of(YARN_JARS, "spark.yarn.archive");

  private static final List<String> IMAGES =
      List.of("spark.kubernetes.container.image", "spark.kubernetes.executor.container.image");

  /** Java heap of an executor, MiB: it only carries lines. */
  private static final int EXECUTOR_MEBIBYTES = 512;

  /** Beside the worker's heap and tensors: the native code of both processes. */
  private static final int NATIVE_MEBIBYTES = 1024;

  @Override
  public TrialExecutor executor(CampaignSettings settings, FeatureFiles features) {
    ExecutorSettings executor = settings.config().executor();
    ClusterSettings cluster = executor.cluster().orElseThrow();
    if (cluster.yarn()) {
      requireSettings();
    }
    if (cluster.kubernetes()) {
      requireImage(cluster);
    }
    SparkConf conf = conf(settings, executor, cluster);
    WorkerPlace place = place(settings, features, cluster, conf);
    keepReference(settings, place);
    Exchange exchange = Exchange.open();
    try {
      JavaSparkContext spark = new JavaSparkContext(conf);
      spark.setLocalProperty("spark.job.interruptOnCancel", "true");
      return new SparkExecutor(
          spark,
          exchange,
          place,
          executor.workers().orElseThrow(),
          "CPU of %s, %d %s"
              .formatted(
                  cluster.local() ? "this machine by Spark" : "a Spark executor",
                  cluster.threads(),
                  cluster.threads() == 1 ? "thread" : "threads"),
          executor.silence());
    } catch (Exception e) { // Scala does not declare what it throws
      exchange.close();
      throw new Edm2SearchException(
          "executor.master %s cannot run trials: %s".formatted(cluster.master(), e.getMessage()),
          e);
    }
  }

  /**
   * Has a process here compute what all trials are compared with, so that no machine waits for
   * another: with as many threads as a trial, since other numbers change the last digits.
   */
  private static void keepReference(CampaignSettings settings, WorkerPlace place) {
    Path log = settings.config().directory().logs().resolve("reference.log");
    try {
      Files.createDirectories(settings.config().directory().logs());
      Process process =
          WorkerChild.builder(
                  place, System.getProperty("java.class.path"), log, List.of(WorkerMain.REFERENCE))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      int code = process.waitFor();
      if (code != 0) {
        throw new Edm2SearchException(
            "what the images are compared with cannot be computed (exit code %d); see %s"
                .formatted(code, log));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot start a worker process", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Edm2SearchException("interrupted", e);
    }
  }

  private static SparkConf conf(
      CampaignSettings settings, ExecutorSettings executor, ClusterSettings cluster) {
    String threads = Integer.toString(cluster.threads());
    int slots = executor.workers().orElseThrow();
    SparkConf conf =
        new SparkConf()
            .setMaster(cluster.master())
            .setAppName("edm2-search " + settings.config().name())
            .set("spark.ui.enabled", "false")
            .set("spark.ui.showConsoleProgress", "false")
            // One trial an executor: what runs out of memory takes one trial with it.
            .set("spark.task.cpus", threads)
            .set("spark.executor.cores", threads)
            .set("spark.cores.max", Integer.toString(slots * cluster.threads()))
            .set("spark.executor.instances", Integer.toString(slots))
            .set("spark.executor.memory", EXECUTOR_MEBIBYTES + "m")
            .set(
                OVERHEAD,
                executor.memoryMebibytes()
                    + (WorkerMemory.tensorBytes(settings) >> 20)
                    + NATIVE_MEBIBYTES
                    + "m")
            .set("spark.dynamicAllocation.enabled", "false");
    if (cluster.local()) {
      conf.set("spark.driver.bindAddress", "127.0.0.1").set("spark.driver.host", "localhost");
    } else {
      // What fails in a trial comes back as a value. A task fails with its executor: it goes on
      // once on another machine; then the attempt has failed, and the campaign decides.
      conf.set("spark.task.maxFailures", "2")
          .set("spark.excludeOnFailure.enabled", "true")
          .set("spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor", "1")
          .set("spark.excludeOnFailure.task.maxTaskAttemptsPerNode", "1")
          // A campaign lasts days: executors lost since its start are no reason to end it.
          .set("spark.executor.failuresValidityInterval", "1h");
      if (!cluster.options().containsKey(JARS)) {
        conf.set(JARS, String.join(",", ClusterJars.program()));
      }
    }
    if (cluster.yarn()) {
      if (YARN_LIBRARIES.stream().noneMatch(cluster.options()::containsKey)) {
        conf.set(YARN_JARS, String.join(",", ClusterJars.spark()));
      }
    }
    cluster.options().forEach(conf::set);
    return conf.set(PLUGINS, TrialPlugin.class.getName());
  }

  /**
   * Without them YARN's client would look for a cluster on this machine, for a quarter of an hour.
   */
  private static void requireSettings() {
    // Where Hadoop looks for it.
    if (Thread.currentThread().getContextClassLoader().getResource("yarn-site.xml") == null) {
      throw new Edm2SearchException(
          "executor.master is yarn, but HADOOP_CONF_DIR is %s; set it to the folder that has the cluster's core-site.xml and yarn-site.xml"
              .formatted(
                  Optional.ofNullable(System.getenv("HADOOP_CONF_DIR"))
                      .map(folder -> "'%s', where no yarn-site.xml is".formatted(folder))
                      .orElse("not set")));
    }
  }

  /** Without one Spark would wait for executors for ever. */
  private static void requireImage(ClusterSettings cluster) {
    if (IMAGES.stream().noneMatch(cluster.options()::containsKey)) {
      throw new Edm2SearchException(
          "executor.master is %s, but executor.spark has no %s; name an image with Java 17 and Spark 4.2"
              .formatted(cluster.master(), IMAGES.get(0)));
    }
  }

  private static WorkerPlace place(
      CampaignSettings settings, FeatureFiles features, ClusterSettings cluster, SparkConf conf) {
    CampaignDirectory directory = settings.config().directory();
    return new WorkerPlace(
        Path.of("").toAbsolutePath().toString(),
        directory.config().toAbsolutePath().toString(),
        directory.logs().toAbsolutePath().toString(),
        features.inception().map(file -> file.toAbsolutePath().toString()).orElse(""),
        settings.images().digest(),
        new WorkerPlace.Share(
            cluster.threads(),
            settings.config().executor().memoryMebibytes(),
            cluster.limitsMemory() ? (int) conf.getSizeAsMb(OVERHEAD) : 0),
        NumericVariables.of(System.getenv()),
        cluster.local() ? System.getProperty("java.class.path") : "");
  }
}
