package org.edm2search.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Not a test of its own: takes a picture of a running dashboard.
 *
 * <pre>
 * mvn -q -pl dashboard test -Dtest=ScreenshotTest -Dscreenshot.url=http://127.0.0.1:8080/campaigns/quickstart \
 *     -Dscreenshot.out=docs/images/dashboard.png [-Dscreenshot.dark=true] [-Dscreenshot.size=1440x1080]
 * </pre>
 *
 * The file is relative to the project's root.
 */
@EnabledIfSystemProperty(named = "screenshot.url", matches = ".+")
class ScreenshotTest {

  @Test
  void takesAPicture() throws Exception {
    String[] size = System.getProperty("screenshot.size", "1440x1080").split("x");
    Path out =
        Path.of("..").resolve(System.getProperty("screenshot.out", "docs/images/dashboard.png"));
    try (Browser browser = Browser.start()) {
      browser.show(
          Boolean.getBoolean("screenshot.dark"),
          Integer.parseInt(size[0]),
          Integer.parseInt(size[1]));
      browser.driver().get(System.getProperty("screenshot.url"));
      // Charts draw themselves in.
      Thread.sleep(2500);
      browser.screenshot(out);
    }
    assertThat(Files.size(out)).isPositive();
  }
}
