package org.edm2search.campaign.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.edm2search.space.base.AtomicFile;
import org.edm2search.space.yaml.InvalidConfigException;

/** Checks of the files that a connection needs: certificates, keys and passwords. */
final class TlsFiles {

  private static final int LARGEST = 1 << 20;
  private static final String POSIX = "posix";
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN PRIVATE KEY-----(.*?)-----END PRIVATE KEY-----", Pattern.DOTALL);

  private TlsFiles() {}

  /**
   * Checks that nobody else may read a file.
   *
   * @param what the file holds, in the plural
   */
  static void requirePrivate(Path file, String what) {
    try {
      if (Files.exists(file)
          && file.getFileSystem().supportedFileAttributeViews().contains(POSIX)) {
        Set<PosixFilePermission> others = Files.getPosixFilePermissions(file);
        others.removeIf(permission -> permission.name().startsWith("OWNER"));
        if (!others.isEmpty()) {
          throw new InvalidConfigException(
              file.toString(), "others may read %s; chmod 600 it".formatted(what));
        }
      }
    } catch (IOException e) {
      throw new InvalidConfigException(
          file.toString(), "cannot be looked at: " + AtomicFile.reason(e));
    }
  }

  /** Checks that a file has certificates, and returns them. */
  static Collection<? extends Certificate> requireCertificates(Path file) {
    try {
      Collection<? extends Certificate> certificates =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(read(file)));
      if (!certificates.isEmpty()) {
        return certificates;
      }
    } catch (CertificateException e) {
      throw noCertificates(file);
    }
    throw noCertificates(file);
  }

  private static InvalidConfigException noCertificates(Path file) {
    return new InvalidConfigException(
        file.toString(), "must hold certificates, each from BEGIN CERTIFICATE to END CERTIFICATE");
  }

  /**
   * Checks that a file has the key of a certificate that the driver can read, and returns its
   * algorithm.
   */
  static String requireKey(Path file, Path certificate) {
    PublicKey ofCertificate = requireCertificates(certificate).iterator().next().getPublicKey();
    requirePrivate(file, "this key");
    byte[] bytes = read(file);
    Matcher pem = PEM.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    try {
      if (pem.find()) {
        bytes = Base64.getMimeDecoder().decode(pem.group(1));
      }
      PrivateKey key =
          KeyFactory.getInstance(ofCertificate.getAlgorithm())
              .generatePrivate(new PKCS8EncodedKeySpec(bytes));
      if (belongs(key, ofCertificate)) {
        return ofCertificate.getAlgorithm();
      }
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw noKey(file, certificate);
    }
    throw noKey(file, certificate);
  }

  private static boolean belongs(PrivateKey key, PublicKey other) throws GeneralSecurityException {
    String algorithm = key.getAlgorithm();
    Signature signature =
        Signature.getInstance(
            switch (algorithm) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              default -> algorithm;
            });
    signature.initSign(key);
    byte[] signed = signature.sign();
    signature.initVerify(other);
    return signature.verify(signed);
  }

  private static InvalidConfigException noKey(Path file, Path certificate) {
    return new InvalidConfigException(
        file.toString(),
        "must be the key of %s in PKCS #8, PEM or DER, and without a password; 'openssl pkey -in %s -out NEW.key' writes it so"
            .formatted(certificate, file));
  }

  private static byte[] read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(LARGEST);
    } catch (NoSuchFileException e) {
      throw new InvalidConfigException(
          file.toString(),
          "is missing; put the certificates or the key there, or name the file by sslrootcert, sslcert or sslkey in store.url");
    } catch (IOException e) {
      throw new InvalidConfigException(file.toString(), "cannot be read: " + AtomicFile.reason(e));
    }
  }
}
