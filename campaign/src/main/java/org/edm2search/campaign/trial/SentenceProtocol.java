package org.edm2search.campaign.trial;

import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.edm2search.space.CanonicalKeys;
import org.edm2search.space.base.Sha256;

/**
 * Protocols of stores of before identities were made of keys: their digest was the SHA-256 of the
 * sentence for people. What the sentence says becomes keys, so that its scores go on comparing with
 * those measured since.
 */
final class SentenceProtocol {

  private static final Pattern SENTENCE =
      Pattern.compile(
          "(?<distance>\\S+)@(?<samples>\\d+) \\((?<features>.+?)\\) to (?<reference>.+?);"
              + " features: .*?SHA-256 (?<weights>[0-9a-f]{64}) .*?;"
              + " Heun, (?<steps>\\d+) steps \\(NFE \\d+\\),"
              + " σ (?<max>\\S+) to (?<min>\\S+), ρ (?<rho>\\S+); EMA (?<ema>\\S+);"
              + " seeds (?<seed>-?\\d+) to -?\\d+, uniform labels(?<options>.*)",
          Pattern.DOTALL);

  private static final Pattern GUIDANCE =
      Pattern.compile(
          "; (?:(?<classifierFree>classifier-free guidance)|autoguidance) (?<weight>\\S+)"
              + "(?: by (?:the network after (?<share>\\S+) of its training"
              + "|(?<checkpoint>checkpoint [0-9a-f]{64})|the (?<exported>exported) guide))?"
              + "(?: where (?<above>\\S+) < σ ≤ (?<to>\\S+) \\(NFE \\d+\\))?");

  private static final Pattern CHURN =
      Pattern.compile("; churn (\\S+) where (\\S+) ≤ σ ≤ (\\S+), noise (\\S+)");

  /** Names in print to names in files. */
  private static final Map<String, String> DISTANCES =
      Map.of("FD-PCA64", "fd-pca64", "FD", "fd", "FID", "fd", "KID", "kid");

  private SentenceProtocol() {}

  /** Returns the keys of a sentence; empty if the digest is not its SHA-256. */
  static Optional<CanonicalKeys> keys(String text, String digest) {
    Matcher matcher = SENTENCE.matcher(text);
    if (!new Sha256().add(text).hex().equals(digest)
        || !matcher.matches()
        || !DISTANCES.containsKey(matcher.group("distance"))) {
      return Optional.empty();
    }
    CanonicalKeys keys =
        new CanonicalKeys()
            .put("distance", DISTANCES.get(matcher.group("distance")))
            .put("samples", matcher.group("samples"))
            .put("seed", matcher.group("seed"))
            .put("labels", "uniform")
            .put("features", matcher.group("features"))
            .put("features.sha256", matcher.group("weights"))
            .put("reference", matcher.group("reference"))
            .put("ema", matcher.group("ema"))
            .put("sampler", "heun")
            .put("sampler.steps", matcher.group("steps"))
            .put("sampler.sigma_min", matcher.group("min"))
            .put("sampler.sigma_max", matcher.group("max"))
            .put("sampler.rho", matcher.group("rho"));
    String rest = churn(keys, guidance(keys, matcher.group("options")));
    return rest.isEmpty() ? Optional.of(keys) : Optional.empty();
  }

  private static String guidance(CanonicalKeys keys, String options) {
    Matcher matcher = GUIDANCE.matcher(options);
    if (!matcher.lookingAt()) {
      return options;
    }
    keys.put("guidance.weight", matcher.group("weight"))
        .put(
            "guidance.kind",
            matcher.group("classifierFree") == null ? "autoguidance" : "classifier-free");
    if (matcher.group("above") != null) {
      keys.put("guidance.above", matcher.group("above")).put("guidance.to", matcher.group("to"));
    }
    if (matcher.group("share") != null) {
      keys.put("guidance.guide", "snapshot " + matcher.group("share"));
    } else if (matcher.group("checkpoint") != null) {
      keys.put("guidance.guide", matcher.group("checkpoint"));
    } else if (matcher.group("exported") != null) {
      keys.put("guidance.guide", matcher.group("exported"));
    }
    return options.substring(matcher.end());
  }

  private static String churn(CanonicalKeys keys, String options) {
    Matcher matcher = CHURN.matcher(options);
    if (!matcher.lookingAt()) {
      return options;
    }
    keys.put("churn.amount", matcher.group(1))
        .put("churn.min", matcher.group(2))
        .put("churn.max", matcher.group(3))
        .put("churn.noise", matcher.group(4));
    return options.substring(matcher.end());
  }
}
