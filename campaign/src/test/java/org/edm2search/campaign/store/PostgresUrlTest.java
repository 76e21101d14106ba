package org.edm2search.campaign.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.cert.CertificateExpiredException;
import java.sql.SQLException;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.edm2search.space.yaml.InvalidConfigException;
import org.edm2search.space.yaml.Section;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A campaign's file may be a stranger's: what its URL can make the driver do. */
final class PostgresUrlTest {

  private static PostgresUrl read(String parameters) {
    return PostgresUrl.read(
        Section.of(Map.of("url", "postgresql://host/base" + parameters), "photos.yaml"), "url");
  }

  @Test
  void isReadAsItIsWritten() {
    String parameters = "?sslmode=verify-full&sslrootcert=~/ca.crt&sslcert=/a.crt&sslkey=/a.key";
    assertThat(read(parameters).text()).isEqualTo("postgresql://host:5432/base" + parameters);
    assertThat(read(parameters).tls().root()).isAbsolute().endsWithRaw(Path.of("ca.crt"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socketFactory",
        "socketFactoryArg",
        "sslfactory",
        "sslfactoryarg",
        "sslhostnameverifier",
        "sslpasswordcallback",
        "authenticationPluginClassName",
        "xmlFactoryFactory",
        "loggerFile",
        "loggerLevel",
        "queryExecutor",
        "service",
        "passfile",
        "password",
        "user",
        "options",
        "SSLMODE",
        "currentSchema",
        "requireAuth",
        "jaasApplicationName",
        ""
      })
  void nothingLoadsClassesOrWritesFiles(String name) {
    assertThatThrownBy(() -> read("?sslmode=require&%s=secret".formatted(name)))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining("url: may have the parameters sslmode, sslrootcert, sslcert, sslkey")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "?sslmode=verify, sslmode must be disable",
    "?sslmode=require&sslmode=disable, has sslmode twice",
    "?sslmode=require&sslrootcert=/ca.crt, sslrootcert needs sslmode=verify-full",
    "?sslmode=verify-full&sslrootcert=ca.crt, sslrootcert must be an absolute path",
    "?sslmode=require&sslcert=/a.crt, give both",
    "?sslcert=/a.crt&sslkey=/a.key, and an sslmode",
    "?sslmode=%72equire, must be postgresql://HOST",
    "'?', must be postgresql://HOST"
  })
  void sayingNothingUsefulIsRefused(String parameters, String expected) {
    assertThatThrownBy(() -> read(parameters))
        .isInstanceOf(InvalidConfigException.class)
        .hasMessageContaining(expected);
  }

  @Test
  void aCertificateThatIsOverIsNoLostConnection() {
    Throwable handshake =
        new SSLHandshakeException("no").initCause(new CertificateExpiredException("NotAfter: x"));
    PostgresFailure failure = PostgresFailure.of(new SQLException("SSL error", "08006", handshake));
    assertThat(failure.kind()).isEqualTo(PostgresFailure.Kind.OUTDATED);
    assertThat(failure.said()).isEqualTo("NotAfter: x");
    Throwable reset = new SSLHandshakeException("Remote host terminated the handshake");
    assertThat(PostgresFailure.of(new SQLException("SSL error", "08006", reset)).passing())
        .isTrue();
  }
}
