package org.edm2search.model.checkpoint;

import java.util.Set;

/**
 * Identifiers of licenses that model hubs know: <a
 * href="https://huggingface.co/docs/hub/repositories-licenses">Hugging Face's list</a>.
 */
public final class HubLicenses {

  private static final Set<String> KNOWN =
      Set.of(
          """
          apache-2.0 mit openrail bigscience-openrail-m creativeml-openrail-m
          bigscience-bloom-rail-1.0 bigcode-openrail-m afl-3.0 artistic-2.0 bsl-1.0 bsd
          bsd-2-clause bsd-3-clause bsd-3-clause-clear c-uda cc cc0-1.0 cc-by-2.0 cc-by-2.5
          cc-by-3.0 cc-by-4.0 cc-by-sa-3.0 cc-by-sa-4.0 cc-by-nc-2.0 cc-by-nc-3.0 cc-by-nc-4.0
          cc-by-nd-4.0 cc-by-nc-nd-3.0 cc-by-nc-nd-4.0 cc-by-nc-sa-2.0 cc-by-nc-sa-3.0
          cc-by-nc-sa-4.0 cdla-sharing-1.0 cdla-permissive-1.0 cdla-permissive-2.0 wtfpl ecl-2.0
          epl-1.0 epl-2.0 etalab-2.0 eupl-1.1 eupl-1.2 agpl-3.0 gfdl gpl gpl-2.0 gpl-3.0 lgpl
          lgpl-2.1 lgpl-3.0 isc lppl-1.3c ms-pl mpl-2.0 odc-by odbl openmdw-1.0 openrail++ osl-3.0
          postgresql ofl-1.1 ncsa unlicense zlib pddl unknown other
          """
              .strip()
              .split("\\s+"));

  private HubLicenses() {}

  /**
   * Requires an identifier of the list.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static void require(String license) {
    if (!KNOWN.contains(license)) {
      throw new IllegalArgumentException(
          "'%s' is no license identifier of Hugging Face's list, such as apache-2.0, mit, cc-by-4.0 or other"
              .formatted(license));
    }
  }
}
