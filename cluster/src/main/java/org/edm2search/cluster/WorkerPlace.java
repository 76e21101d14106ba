package org.edm2search.cluster;

import java.io.Serializable;

/**
 * How a worker process is started on a machine of the cluster. Sent to executors, so it holds what
 * every Java has.
 *
 * @param workingDirectory which paths in the campaign's file are relative to
 * @param config the campaign's YAML file
 * @param logs folder of the workers' logs
 * @param features weights of features that the user named; empty for none
 * @param data digest of the data set
 * @param threads of the numerical library
 * @param heapMebibytes largest Java heap
 * @param classPath of the worker; empty for the jars that came with the task
 */
record WorkerPlace(
    String workingDirectory,
    String config,
    String logs,
    String features,
    String data,
    int threads,
    int heapMebibytes,
    String classPath)
    implements Serializable {}
