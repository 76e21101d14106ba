package org.edm2search.pipeline.trial;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version this was built as. */
public final class Version {

  private Version() {}

  /** Returns the version, such as {@code 0.1.0}. */
  public static String current() {
    return property("version");
  }

  /** Returns the version of ND4J that runs the networks. */
  public static String ofNd4j() {
    return property("nd4j");
  }

  private static String property(String name) {
    Properties properties = new Properties();
    try (InputStream in = Version.class.getResourceAsStream("version.properties")) {
      properties.load(in);
    } catch (IOException e) {
      throw new IllegalStateException("version.properties cannot be read", e);
    }
    return properties.getProperty(name);
  }
}
