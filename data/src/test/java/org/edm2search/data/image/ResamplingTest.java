package org.edm2search.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What make_resized.py, beside the fixture, made with Pillow. */
class ResamplingTest {

  private static final Pattern RESIZED = Pattern.compile("(\\w+)-(\\d+)x(\\d+)\\.png");
  private static final Pattern CROPPED = Pattern.compile("([a-z-]+)-(\\d+)\\.png");

  private static final Map<String, PixelImage> FIXTURE = fixture();

  private static Map<String, PixelImage> fixture() {
    Map<String, PixelImage> images = new LinkedHashMap<>();
    try (InputStream in = ResamplingTest.class.getResourceAsStream("resized.zip");
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        images.put(entry.getName(), ImageDecoder.decode(zip.readAllBytes()).pixels());
      }
      return images;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  static Stream<String> results() {
    return FIXTURE.keySet().stream().filter(name -> !name.endsWith("source.png"));
  }

  @ParameterizedTest
  @MethodSource("results")
  void everyByteIsPillows(String name) {
    String[] parts = name.split("/");
    PixelImage source = FIXTURE.get(parts[0] + "/source.png");
    assertThat(source.channels()).isEqualTo(parts[0].endsWith("-L") ? 1 : 3);
    PixelImage expected = FIXTURE.get(name);
    PixelImage result = result(source, parts[1]);
    assertThat(result.header()).isEqualTo(expected.header());
    assertThat(result.pixels()).isEqualTo(expected.pixels());
  }

  private static PixelImage result(PixelImage source, String operation) {
    Matcher resized = RESIZED.matcher(operation);
    if (resized.matches()) {
      return Resampling.valueOf(resized.group(1).toUpperCase(Locale.ROOT))
          .resize(source, Integer.parseInt(resized.group(2)), Integer.parseInt(resized.group(3)));
    }
    Matcher cropped = CROPPED.matcher(operation);
    assertThat(cropped.matches()).isTrue();
    return Crop.valueOf(cropped.group(1).toUpperCase(Locale.ROOT).replace('-', '_'))
        .apply(source, Integer.parseInt(cropped.group(2)));
  }

  @Test
  void theFixtureHasEveryKind() {
    assertThat(results())
        .anyMatch(name -> name.contains("RGB/center-crop-dhariwal"))
        .anyMatch(name -> name.contains("L/center-crop-dhariwal"))
        .anyMatch(name -> name.contains("RGB/center-crop-16"))
        .anyMatch(name -> name.contains("box"))
        .hasSizeGreaterThan(100);
  }
}
