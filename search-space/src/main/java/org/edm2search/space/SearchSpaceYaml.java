package org.edm2search.space;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.cost.Cost;
import org.edm2search.space.yaml.Section;

/** Reads the {@code space} section: genes and constraints. */
final class SearchSpaceYaml {

  private SearchSpaceYaml() {}

  static SearchSpace read(Section section, ArchitectureSpec seed) {
    Section genesSection = section.section("genes");
    List<Gene> genes = genes(genesSection);
    Optional<Section> limits = section.optionalSection("constraints");
    section.rejectUnknown();

    // One gene at a time first, so that a gene without the seed's value is named.
    for (Gene gene : genes) {
      space(genesSection.section(gene.name()), "values", seed, List.of(gene), List.of());
    }
    SearchSpace free = space(section, "genes", seed, genes, List.of());
    if (limits.isEmpty()) {
      return free;
    }
    return space(section, "genes", seed, genes, constraints(limits.get(), free));
  }

  private static SearchSpace space(
      Section section,
      String key,
      ArchitectureSpec seed,
      List<Gene> genes,
      List<Constraint> constraints) {
    try {
      return new SearchSpace(seed, genes, constraints);
    } catch (IllegalArgumentException e) {
      throw section.error(key, e.getMessage());
    }
  }

  private static List<Gene> genes(Section section) {
    List<Gene> genes = new ArrayList<>();
    for (BranchTrait trait : BranchTrait.values()) {
      section.has(trait.text());
    }
    section.rejectUnknown();
    for (String name : section.keys()) {
      BranchTrait trait =
          Arrays.stream(BranchTrait.values())
              .filter(candidate -> candidate.text().equals(name))
              .findFirst()
              .orElseThrow();
      genes.add(gene(trait, section.section(name)));
    }
    if (genes.isEmpty()) {
      throw section.error("the space is empty: name at least one gene, such as kernel");
    }
    return genes;
  }

  private static Gene gene(BranchTrait trait, Section section) {
    Scope scope = section.choice("scope", Scope.class, Scope.GLOBAL);
    List<String> values = section.strings("values");
    section.rejectUnknown();
    if (values.isEmpty()) {
      throw section.error("values", "the space is empty: give at least one value");
    }
    List<String> alleles = new ArrayList<>();
    for (String value : values) {
      try {
        alleles.add(Gene.requireNew(trait, value, alleles));
      } catch (IllegalArgumentException e) {
        throw section.error("values", alleles.size(), e.getMessage());
      }
    }
    return new Gene(trait, scope, alleles);
  }

  private static List<Constraint> constraints(Section section, SearchSpace space) {
    List<Constraint> constraints = new ArrayList<>();
    for (Constraint.Quantity quantity : Constraint.Quantity.values()) {
      if (section.has(quantity.key())) {
        constraints.add(constraint(quantity, section, space));
      }
    }
    section.rejectUnknown();
    return constraints;
  }

  private static Constraint constraint(
      Constraint.Quantity quantity, Section section, SearchSpace space) {
    Constraint constraint;
    try {
      constraint = Constraint.parse(quantity, section.string(quantity.key()), space.seedCost());
    } catch (IllegalArgumentException e) {
      throw section.error(quantity.key(), e.getMessage());
    }
    Cost cheapest = space.cheapest(quantity);
    if (constraint.violation(cheapest).isPresent()) {
      throw section.error(
          quantity.key(),
          String.format(
              Locale.ROOT,
              "no architecture of the space meets %s: the cheapest needs %,d %s (%.3gx of the seed)",
              constraint.declared(),
              quantity.of(cheapest),
              quantity.unit(),
              (double) quantity.of(cheapest) / quantity.of(space.seedCost())));
    }
    if (constraint.violation(space.seedCost()).isPresent()) {
      throw section.error(
          quantity.key(),
          String.format(
              Locale.ROOT,
              "the seed architecture, always trial 0, needs %,d %s, more than %s; give at least 1x",
              quantity.of(space.seedCost()),
              quantity.unit(),
              constraint.declared()));
    }
    return constraint;
  }
}
