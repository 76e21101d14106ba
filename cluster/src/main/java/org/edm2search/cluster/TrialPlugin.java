package org.edm2search.cluster;

import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.jspecify.annotations.Nullable;

/** Lets executors speak with the campaign. Spark makes it, by its name. */
public final class TrialPlugin implements SparkPlugin {

  private static final AtomicReference<@Nullable PluginContext> CONTEXT = new AtomicReference<>();

  /** Asks the campaign, from an executor; as {@link Exchange} says. */
  static String[] ask(String[] message) throws Exception {
    PluginContext context = CONTEXT.get();
    if (context == null) {
      throw new IllegalStateException("the executor was started without this plugin");
    }
    return (String[]) context.ask(message);
  }

  /** Returns the executor's name in this application. */
  static String executor() {
    PluginContext context = CONTEXT.get();
    return context == null ? "" : context.executorID();
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Object receive(Object message) {
        return Exchange.answer((String[]) message);
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> settings) {
        CONTEXT.set(context);
      }

      @Override
      public void shutdown() {
        CONTEXT.set(null);
        WorkerChild.endIdle();
      }
    };
  }
}
