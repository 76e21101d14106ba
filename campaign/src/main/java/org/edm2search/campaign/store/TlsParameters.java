package org.edm2search.campaign.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.edm2search.space.yaml.InvalidConfigException;

/**
 * The parameters of a server's URL: whether the connection is encrypted, and by which certificates
 * each side knows the other. The driver has more, some of which load classes or write files; a
 * campaign's file may be a stranger's, so that there are no others here.
 *
 * @param given by name, as written
 */
record TlsParameters(Map<String, String> given) {

  private static final String MODE = "sslmode";
  private static final String ROOT = "sslrootcert";
  private static final String CERTIFICATE = "sslcert";
  private static final String KEY = "sslkey";
  private static final List<String> NAMES = List.of(MODE, ROOT, CERTIFICATE, KEY);

  private static final String DISABLE = "disable";
  private static final String VERIFY_FULL = "verify-full";
  private static final Set<String> VERIFYING = Set.of("verify-ca", VERIFY_FULL);
  private static final Set<String> MODES =
      Set.of(DISABLE, "allow", "prefer", "require", "verify-ca", VERIFY_FULL);

  private static final String HOME = "~/";

  /**
   * Reads what follows the question mark.
   *
   * @param error of a rule that it breaks
   */
  static TlsParameters read(String text, Function<String, InvalidConfigException> error) {
    Map<String, String> given = new LinkedHashMap<>();
    for (String parameter : text.isEmpty() ? new String[0] : text.split("&", -1)) {
      int equals = parameter.indexOf('=');
      String name = equals < 0 ? parameter : parameter.substring(0, equals);
      String value = parameter.substring(equals + 1);
      if (!NAMES.contains(name)) {
        throw error.apply(
            "may have the parameters %s, but has '%s'".formatted(String.join(", ", NAMES), name));
      }
      if (given.put(name, value) != null) {
        throw error.apply("has %s twice".formatted(name));
      }
      if (name.equals(MODE) && !MODES.contains(value)) {
        throw error.apply(
            "sslmode must be disable, allow, prefer, require, verify-ca or verify-full, but is '%s'"
                .formatted(value));
      }
      if (!name.equals(MODE) && !value.startsWith("/") && !value.startsWith(HOME)) {
        throw error.apply(
            "%s must be an absolute path, or begin with ~/, but is '%s'".formatted(name, value));
      }
    }
    TlsParameters read = new TlsParameters(Map.copyOf(given));
    if (given.containsKey(ROOT) && !read.verifies()) {
      throw error.apply(
          "sslrootcert needs sslmode=verify-full or verify-ca: otherwise nobody looks at the server's certificate");
    }
    if (given.containsKey(CERTIFICATE) != given.containsKey(KEY)
        || given.containsKey(KEY) && given.getOrDefault(MODE, DISABLE).equals(DISABLE)) {
      throw error.apply(
          "sslcert and sslkey are a client's certificate and its key: give both, and an sslmode");
    }
    return read;
  }

  /** Returns them as they are written, question mark included; empty without any. */
  String text() {
    return NAMES.stream()
        .filter(given::containsKey)
        .map(name -> name + "=" + given.get(name))
        .collect(Collectors.joining("&", given.isEmpty() ? "" : "?", ""));
  }

  /** Returns whether the server's certificate is compared with known ones. */
  boolean verifies() {
    return VERIFYING.contains(given.getOrDefault(MODE, ""));
  }

  /** Returns the file of the certificates that the server's is compared with. */
  Path root() {
    return file(ROOT, "root.crt");
  }

  /**
   * Tells the driver, after a look at the files: what it says of them is hard to understand.
   *
   * @throws InvalidConfigException if one cannot be used
   */
  void tell(Properties driver) {
    if (given.containsKey(MODE)) {
      driver.setProperty(MODE, given.get(MODE));
    }
    // No question on a terminal that nobody may sit at.
    driver.setProperty("sslpassword", "");
    if (verifies()) {
      TlsFiles.requireCertificates(root());
      driver.setProperty(ROOT, root().toString());
    }
    Path certificate = file(CERTIFICATE, "postgresql.crt");
    Path key = file(KEY, "postgresql.key");
    boolean client =
        !given.getOrDefault(MODE, "").equals(DISABLE)
            && (given.containsKey(KEY) || Files.exists(certificate) && Files.exists(key));
    driver.setProperty(CERTIFICATE, client ? certificate.toString() : "");
    driver.setProperty(KEY, client ? key.toString() : "");
    if (client) {
      driver.setProperty("pemKeyAlgorithm", TlsFiles.requireKey(key, certificate));
    }
    // A server that proves itself by its certificate may know its client by one, too.
    driver.setProperty(
        "requireAuth",
        client && given.getOrDefault(MODE, "").equals(VERIFY_FULL)
            ? "scram-sha-256,none"
            : "scram-sha-256");
  }

  /** Returns a file, by default the one that the server's own programs look for. */
  private Path file(String name, String otherwise) {
    Path home = Path.of(System.getProperty("user.home"));
    String file = given.getOrDefault(name, HOME + ".postgresql/" + otherwise);
    return file.startsWith(HOME) ? home.resolve(file.substring(HOME.length())) : Path.of(file);
  }
}
