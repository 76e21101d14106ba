package org.edm2search.space;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One thing the search may change, and the values it may take.
 *
 * @param trait what it decides
 * @param scope how widely each choice applies
 * @param alleles the values in the given order, in canonical form; not empty, all different
 */
public record Gene(Trait trait, Scope scope, List<String> alleles) {

  public Gene {
    Objects.requireNonNull(trait, "trait");
    Objects.requireNonNull(scope, "scope");
    if (!trait.scopes().contains(scope)) {
      throw new IllegalArgumentException(scopeRule(trait, scope));
    }
    List<String> canonical = new ArrayList<>();
    for (String allele : alleles) {
      canonical.add(requireNew(trait, allele, canonical));
    }
    if (canonical.isEmpty()) {
      throw new IllegalArgumentException("must list at least one value of " + trait.text());
    }
    alleles = List.copyOf(canonical);
  }

  /**
   * Returns the canonical form of a further allele.
   *
   * @throws IllegalArgumentException if the trait cannot have it or it is already there
   */
  static String requireNew(Trait trait, String allele, List<String> others) {
    String canonical =
        trait
            .canonical(allele)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "must be %s, but is '%s'".formatted(trait.rule(), allele)));
    if (others.contains(canonical)) {
      String remedy =
          trait == BranchTrait.DEPTHWISE ? "; quote values that have a comma: \"in,out\"" : "";
      throw new IllegalArgumentException("duplicate value '%s'%s".formatted(canonical, remedy));
    }
    return canonical;
  }

  static String scopeRule(Trait trait, Scope scope) {
    return "must be one of %s for %s, but is '%s'"
        .formatted(
            String.join(", ", trait.scopes().stream().map(Scope::text).toList()),
            trait.text(),
            scope.text());
  }

  /** Returns the name used in YAML, such as {@code kernel}. */
  public String name() {
    return trait.text();
  }
}
