package org.edm2search.cluster;

import java.io.Serializable;
import java.util.Map;

/**
 * How a worker process is started on a machine of the cluster. Sent to executors, so it holds what
 * every Java has.
 *
 * @param workingDirectory which paths in the campaign's file are relative to
 * @param config the campaign's YAML file
 * @param logs folder of the workers' logs
 * @param features weights of features that the user named; empty for none
 * @param data digest of the data set
 * @param share of the machine
 * @param environment variables that it gets in place of the machine's
 * @param classPath of the worker; empty for the jars that came with the task
 */
record WorkerPlace(
    String workingDirectory,
    String config,
    String logs,
    String features,
    String data,
    Share share,
    Map<String, String> environment,
    String classPath)
    implements Serializable {

  WorkerPlace {
    environment = Map.copyOf(environment);
  }

  /**
   * What a worker may use of a machine.
   *
   * @param threads of the numerical library
   * @param heapMebibytes largest Java heap
   * @param memoryMebibytes heap and native memory together; 0 for the threads' part of the
   *     machine's
   */
  record Share(int threads, int heapMebibytes, int memoryMebibytes) implements Serializable {}
}
