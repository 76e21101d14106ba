package org.edm2search.campaign.trial;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.edm2search.space.Genotype;
import org.edm2search.space.SearchSpace;

/**
 * A genotype as stores and journals keep it: {@code locus=value} words. Readers of a campaign see
 * the choices without knowing the space they were made in.
 *
 * @param text the words, as {@link Genotype#text()} gives them; empty while there is none
 */
public record RecordedGenotype(String text) {

  /** That of a network not known yet. */
  public static final RecordedGenotype NONE = new RecordedGenotype("");

  public RecordedGenotype {
    Objects.requireNonNull(text, "text");
  }

  /** Records a genotype. */
  public static RecordedGenotype of(Genotype genotype) {
    return new RecordedGenotype(genotype.text());
  }

  /**
   * Returns the genotype in its space.
   *
   * @throws IllegalArgumentException if the space has no such genotype
   */
  public Genotype in(SearchSpace space) {
    return space.parse(text);
  }

  /** Returns the value at each locus, such as 5 at {@code kernel@dec.16x16}, in their order. */
  public Map<String, String> choices() {
    Map<String, String> choices = new LinkedHashMap<>();
    for (String word : words()) {
      int equals = word.indexOf('=');
      choices.put(word.substring(0, equals), word.substring(equals + 1));
    }
    return choices;
  }

  private List<String> words() {
    return Stream.of(text.split(" ")).filter(word -> word.indexOf('=') > 0).toList();
  }

  /** Returns the choices that another does not make, in words such as {@code kernel=5}. */
  public List<String> changesFrom(RecordedGenotype other) {
    Set<String> others = Set.copyOf(other.words());
    return words().stream().filter(word -> !others.contains(word)).toList();
  }

  /** Returns what differs from the seed architecture; all choices where that is not known. */
  public String differenceFrom(RecordedGenotype seed) {
    List<String> changes = changesFrom(seed);
    return changes.isEmpty() && !seed.text.isEmpty() ? "as G*" : String.join(" ", changes);
  }

  @Override
  public String toString() {
    return text;
  }
}
