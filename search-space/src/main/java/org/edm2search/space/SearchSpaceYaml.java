package org.edm2search.space;

import java.util.ArrayList;
import java.util.List;
import org.edm2search.space.architecture.ArchitectureSpec;
import org.edm2search.space.architecture.InvalidArchitectureException;
import org.edm2search.space.constraint.Constraint;
import org.edm2search.space.cost.Expense;
import org.edm2search.space.yaml.Section;

/** Reads the {@code space} section: genes and constraints. */
final class SearchSpaceYaml {

  private SearchSpaceYaml() {}

  static SearchSpace read(Section section, ArchitectureSpec seed) {
    Section genesSection = section.section("genes");
    List<Gene> genes = genes(genesSection);
    List<Constraint> constraints = section.has("constraints") ? constraints(section) : List.of();
    section.rejectUnknown();

    // One gene at a time first, so that a gene without the seed's value is named.
    for (Gene gene : genes) {
      space(genesSection.section(gene.name()), "values", seed, List.of(gene), List.of());
    }
    for (Constraint constraint : constraints) {
      SearchSpace alone = space(section, "genes", seed, genes, List.of(constraint));
      if (alone.anchor().isEmpty()) {
        throw section.error(
            "constraints",
            "no architecture of the space was found that meets '%s'; the seed architecture: %s"
                .formatted(
                    constraint, alone.violationUnmeasured(alone.seedGenotype()).orElseThrow()));
      }
    }
    SearchSpace space = space(section, "genes", seed, genes, constraints);
    if (space.anchor().isEmpty()) {
      throw section.error(
          "constraints", "no architecture of the space was found that meets all of them together");
    }
    return space;
  }

  private static SearchSpace space(
      Section section,
      String key,
      ArchitectureSpec seed,
      List<Gene> genes,
      List<Constraint> constraints) {
    try {
      return new SearchSpace(seed, genes, constraints);
    } catch (IllegalArgumentException | InvalidArchitectureException e) {
      throw section.error(key, e.getMessage());
    }
  }

  private static List<Gene> genes(Section section) {
    List<Gene> genes = new ArrayList<>();
    for (Trait trait : Trait.all()) {
      section.has(trait.text());
    }
    section.rejectUnknown();
    for (String name : section.keys()) {
      Trait trait =
          Trait.all().stream()
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

  private static Gene gene(Trait trait, Section section) {
    Scope scope = section.choice("scope", Scope.class, trait.scopes().get(0));
    if (!trait.scopes().contains(scope)) {
      throw section.error("scope", Gene.scopeRule(trait, scope));
    }
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

  /** Either a list of comparisons, or a section of upper limits. */
  private static List<Constraint> constraints(Section section) {
    List<Constraint> constraints = new ArrayList<>();
    if (section.isSection("constraints")) {
      Section limits = section.section("constraints");
      limit("max_parameters", Expense.PARAMETERS, limits, constraints);
      limit("max_flops", Expense.FLOPS, limits, constraints);
      limits.rejectUnknown();
      return constraints;
    }
    for (String text : section.strings("constraints")) {
      try {
        constraints.add(Constraint.parse(text));
      } catch (IllegalArgumentException e) {
        throw section.error("constraints", constraints.size(), e.getMessage());
      }
    }
    return constraints;
  }

  private static void limit(
      String key, Expense expense, Section limits, List<Constraint> constraints) {
    if (limits.has(key)) {
      try {
        constraints.add(Constraint.limit(key, expense, limits.string(key)));
      } catch (IllegalArgumentException e) {
        throw limits.error(key, e.getMessage());
      }
    }
  }
}
