package org.edm2search.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class CanonicalKeysTest {

  @Test
  void theOrderOfCallsDoesNotMatter() {
    assertThat(new CanonicalKeys().put("b", 2).put("a", 0.5))
        .hasToString("a=0.5\nb=2\n")
        .hasToString(new CanonicalKeys().put("a", 0.5).put("b", 2).toString());
  }

  @Test
  void noValueReadsAsAnotherKey() {
    String injected = new CanonicalKeys().put("a", "1\nb=2").digest();
    assertThat(injected).isNotEqualTo(new CanonicalKeys().put("a", 1).put("b", 2).digest());
    assertThat(injected).isNotEqualTo(new CanonicalKeys().put("a", "1\\nb=2").digest());
  }

  @Test
  void aKeyIsANameAndThereOnce() {
    assertThatIllegalArgumentException().isThrownBy(() -> new CanonicalKeys().put("a=b", 1));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new CanonicalKeys().put("a", 1).put("a", 1));
  }
}
