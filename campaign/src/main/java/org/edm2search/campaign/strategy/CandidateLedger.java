package org.edm2search.campaign.strategy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.edm2search.campaign.statistics.Run;
import org.edm2search.campaign.strategy.GeneModel.Scored;
import org.edm2search.campaign.trial.RecordedGenotype;
import org.edm2search.campaign.trial.Rejection;
import org.edm2search.campaign.trial.Trial;
import org.edm2search.space.Genotype;
import org.edm2search.space.Mutation;
import org.edm2search.space.SearchSpace;

/**
 * What a strategy knows about architectures, by their identity: which were proposed, how they
 * scored, and which the constraints refuse. Equivalent genotypes share an entry, so a network is
 * trained once and its score counts for all of them.
 */
final class CandidateLedger {

  private static final int DRAWS = 2_000;
  private static final Mutation STEP = new Mutation(0);
  private static final int LARGEST_LISTED_SPACE = 20_000;
  private static final int KERNEL_EACH_TIME = 8;
  private static final double KERNEL_GROWTH = 1.25;

  private final SearchSpace space;
  private final Set<String> proposed = new HashSet<>();
  private final Set<String> open = new LinkedHashSet<>();

  /** The latest of each trial, in the order in which the trials were first told of. */
  private final Map<Integer, Observation> observations = new LinkedHashMap<>();

  /** A genotype of each network proposed or told of, by identity, as text until it is needed. */
  private final Map<String, String> texts = new HashMap<>();

  private final Map<String, Genotype> genotypes = new HashMap<>();
  private final Map<String, Optional<String>> violations = new HashMap<>();
  private final List<Rejection> rejections = new ArrayList<>();

  /** By identity, in the order in which they were first told of; made anew after each telling. */
  private Optional<Map<String, Scored>> scored = Optional.empty();

  private Optional<GeneModel> model = Optional.empty();
  private List<Scored> kernelData = List.of();
  private Optional<CategoricalKernel> kernel = Optional.empty();

  CandidateLedger(SearchSpace space, List<Trial> history) {
    this.space = space;
    for (Trial trial : history) {
      String id = trial.candidate().architectureId();
      proposed.add(id);
      open.add(id);
      texts.putIfAbsent(id, trial.candidate().genotype().text());
    }
    for (Trial trial : history) {
      if (trial.state().finished()) {
        tell(Observation.of(trial));
      }
    }
  }

  void propose(Genotype genotype) {
    proposed.add(genotype.id());
    open.add(genotype.id());
    texts.putIfAbsent(genotype.id(), genotype.text());
  }

  void tell(Observation observation) {
    open.remove(observation.architectureId());
    observations.put(observation.trial(), observation);
    scored = Optional.empty();
    model = Optional.empty();
  }

  /** Returns whether a proposed candidate is not finished. */
  boolean waiting() {
    return !open.isEmpty();
  }

  /** Returns the proposed candidates that are not finished. */
  List<Genotype> pending() {
    return open.stream().map(this::genotype).toList();
  }

  boolean proposed(Genotype genotype) {
    return proposed.contains(genotype.id());
  }

  private Genotype genotype(String id) {
    return genotypes.computeIfAbsent(
        id, key -> space.parse(Objects.requireNonNull(texts.get(key), key)));
  }

  /** Returns the score; empty if the candidate failed, was pruned or is unknown. */
  OptionalDouble score(Genotype genotype) {
    Scored found = scored().get(genotype.id());
    return found == null ? OptionalDouble.empty() : OptionalDouble.of(found.score());
  }

  /**
   * Returns what the score of a candidate is believed to be after all scores, its own and those of
   * candidates like it; empty where {@link #score} is.
   */
  OptionalDouble posteriorMean(Genotype genotype) {
    return score(genotype).isPresent()
        ? OptionalDouble.of(model().orElseThrow().score(genotype))
        : OptionalDouble.empty();
  }

  /** Returns the candidates with a score, in the order in which they were first told of. */
  List<Genotype> scoredInOrder() {
    return scored().values().stream().map(Scored::genotype).toList();
  }

  /** Returns the model of all scores; empty before there are any. */
  Optional<GeneModel> model() {
    if (model.isEmpty() && !scored().isEmpty()) {
      List<Scored> all = List.copyOf(scored().values());
      model = Optional.of(GeneModel.fit(space, all, kernel(all)));
    }
    return model;
  }

  /**
   * The kernel is chosen anew at numbers of scores that grow by {@value #KERNEL_GROWTH}, from the
   * scores up to there: a function of the scores alone, whenever the process began.
   */
  private CategoricalKernel kernel(List<Scored> all) {
    int until = all.size();
    if (until > KERNEL_EACH_TIME) {
      double next = KERNEL_EACH_TIME;
      while (Math.ceil(next) <= all.size()) {
        until = (int) Math.ceil(next);
        next *= KERNEL_GROWTH;
      }
    }
    List<Scored> data = all.subList(0, until);
    if (kernel.isEmpty() || !kernelData.equals(data)) {
      kernel = Optional.of(GeneModel.fit(space, data).kernel());
      kernelData = List.copyOf(data);
    }
    return kernel.orElseThrow();
  }

  private Map<String, Scored> scored() {
    if (scored.isEmpty()) {
      Map<String, List<Run>> ofNetwork = new LinkedHashMap<>();
      for (Observation observation : observations.values()) {
        if (observation.score().isPresent()) {
          ofNetwork
              .computeIfAbsent(observation.architectureId(), id -> new ArrayList<>())
              .add(new Run(observation.score().getAsDouble(), Math.sqrt(observation.variance())));
        }
      }
      Map<String, Scored> all = new LinkedHashMap<>();
      ofNetwork.forEach((id, runs) -> all.put(id, new Scored(genotype(id), runs)));
      scored = Optional.of(all);
    }
    return scored.orElseThrow();
  }

  /** Returns the highest, that is worst, score so far, or 0. */
  double worstScore() {
    return scored().values().stream().mapToDouble(Scored::score).max().orElse(0);
  }

  boolean allowed(Genotype genotype) {
    return violation(genotype).isEmpty();
  }

  private Optional<String> violation(Genotype genotype) {
    return violations.computeIfAbsent(genotype.id(), id -> space.violation(genotype));
  }

  /** Remembers that a refused candidate was proposed. */
  void reject(Genotype genotype) {
    rejections.add(
        new Rejection(
            genotype.id(), RecordedGenotype.of(genotype), violation(genotype).orElseThrow(), 1));
  }

  /** Returns the rejections since the last call. */
  List<Rejection> drainRejections() {
    List<Rejection> drained = List.copyOf(rejections);
    rejections.clear();
    return drained;
  }

  /**
   * Returns an allowed candidate that is neither proposed nor among those excluded: a random one,
   * or in a small space any that is left, or one that a walk from the seed architecture meets.
   *
   * @param excluded identities
   */
  Optional<Genotype> fresh(RandomGenerator random, Set<String> excluded) {
    for (int draw = 0; draw < DRAWS; draw++) {
      Genotype genotype = space.random(random);
      if (!allowed(genotype)) {
        reject(genotype);
      } else if (!proposed(genotype) && !excluded.contains(genotype.id())) {
        return Optional.of(genotype);
      }
    }
    return space.size().compareTo(BigInteger.valueOf(LARGEST_LISTED_SPACE)) <= 0
        ? anyLeft(random, excluded)
        : wander(random, excluded);
  }

  /** Where hardly any draw is allowed: a random walk among allowed networks. */
  private Optional<Genotype> wander(RandomGenerator random, Set<String> excluded) {
    Optional<Genotype> at = space.anchor();
    for (int step = 0; step < DRAWS && at.isPresent(); step++) {
      if (!proposed(at.get()) && !excluded.contains(at.get().id()) && allowed(at.get())) {
        return at;
      }
      Genotype next = STEP.mutate(space, at.get(), random);
      if (allowed(next)) {
        at = Optional.of(next);
      }
    }
    return Optional.empty();
  }

  private Optional<Genotype> anyLeft(RandomGenerator random, Set<String> excluded) {
    int size = space.size().intValueExact();
    int first = random.nextInt(size);
    for (int i = 0; i < size; i++) {
      Genotype genotype = nth((first + i) % size);
      if (!proposed(genotype) && !excluded.contains(genotype.id()) && allowed(genotype)) {
        return Optional.of(genotype);
      }
    }
    return Optional.empty();
  }

  /** Returns every genotype of a small space. */
  List<Genotype> all() {
    return IntStream.range(0, space.size().intValueExact()).mapToObj(this::nth).toList();
  }

  /** The n-th genotype, counting in mixed radix. */
  private Genotype nth(int n) {
    List<Integer> alleles = new ArrayList<>();
    int rest = n;
    for (var locus : space.loci()) {
      alleles.add(rest % locus.alleles().size());
      rest /= locus.alleles().size();
    }
    return space.genotype(alleles);
  }

  /** Returns why {@link #fresh} found nothing. */
  String exhausted() {
    return "the search space has no further candidate: %d of %s genotypes give different allowed networks, all are tried"
        .formatted(proposed.size(), space.size());
  }
}
