package org.edm2search.space.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Sha256Test {

  /** The examples of FIPS 180-2. */
  @Test
  void digestsAreThoseOfTheStandard() {
    assertThat(new Sha256().hex())
        .isEqualTo("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    String abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assertThat(new Sha256().add("abc").hex()).isEqualTo(abc);
    assertThat(new Sha256().add("a").add((byte) 'b', (byte) 'c').hex()).isEqualTo(abc);
    assertThat(new Sha256().add("abc").bytes()).hasSize(32).startsWith(0xba, 0x78);
  }

  @Test
  void aFileCountsByItsContentInParts(@TempDir Path directory) throws Exception {
    Path file = Files.writeString(directory.resolve("a.txt"), "a".repeat(1_000_000));
    List<Long> read = new ArrayList<>();
    assertThat(new Sha256().add(file, read::add).hex())
        .isEqualTo("cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    assertThat(read).hasSizeGreaterThan(1);
    assertThat(read.stream().mapToLong(Long::longValue).sum()).isEqualTo(1_000_000);
  }
}
