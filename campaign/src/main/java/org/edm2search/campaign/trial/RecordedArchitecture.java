package org.edm2search.campaign.trial;

import java.util.Objects;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.yaml.ArchitectureYaml;
import org.edm2search.space.yaml.InvalidConfigException;
import org.edm2search.space.yaml.Section;
import org.jspecify.annotations.Nullable;

/**
 * A network as stores and journals keep it: YAML, read when somebody asks for the network. Reading
 * it takes longer than all the rest of a trial, and listings of 10,000 trials never ask.
 *
 * <p>Immutable and thread-safe; equal if the networks are.
 */
public final class RecordedArchitecture {

  private final String yaml;
  private volatile @Nullable ArchitectureSpec spec;

  private RecordedArchitecture(String yaml, @Nullable ArchitectureSpec spec) {
    this.yaml = Objects.requireNonNull(yaml, "yaml");
    this.spec = spec;
  }

  /** Records a network. */
  public static RecordedArchitecture of(ArchitectureSpec spec) {
    return new RecordedArchitecture(ArchitectureYaml.write(spec), spec);
  }

  /** Takes a network's YAML, which is not read yet. */
  public static RecordedArchitecture ofYaml(String yaml) {
    return new RecordedArchitecture(yaml, null);
  }

  /** Returns the network as YAML. */
  public String yaml() {
    return yaml;
  }

  /**
   * Returns the network.
   *
   * @throws InvalidConfigException if what was recorded is none
   */
  public ArchitectureSpec spec() {
    ArchitectureSpec read = spec;
    if (read == null) {
      read = ArchitectureYaml.read(Section.parse(yaml, "recorded architecture"));
      spec = read;
    }
    return read;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RecordedArchitecture that
        && (yaml.equals(that.yaml) || spec().equals(that.spec()));
  }

  /** The same for all, so that hashing a trial reads no network: candidates differ by genotype. */
  @Override
  public int hashCode() {
    return 1;
  }

  @Override
  public String toString() {
    return yaml;
  }
}
