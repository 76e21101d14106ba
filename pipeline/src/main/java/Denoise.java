import java.io.File;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Draws an image with ND4J alone, by Euler's method: {@code java -cp 'nd4j/*' Denoise.java}.
 *
 * <p>Permission to use, copy, modify and distribute this file for any purpose is granted, without
 * warranty.
 */
final class Denoise {

  private Denoise() {}

  public static void main(String[] arguments) throws IOException {
    SameDiff network = SameDiff.load(new File("model.fb"), false);
    long[] shape = network.getVariable("x").placeholderShape();
    shape[0] = 1;
    Map<String, INDArray> inputs = new HashMap<>();
    if (network.hasVariable("class_labels")) {
      inputs.put(
          "class_labels", Nd4j.zeros(1, network.getVariable("class_labels").placeholderShape()[1]));
    }
    Nd4j.getRandom().setSeed(1);
    INDArray image = Nd4j.randn(shape).muli(80);
    for (float sigma = 80; sigma > 0.02f; sigma /= 2) {
      inputs.put("x", image);
      inputs.put("sigma", Nd4j.createFromArray(sigma));
      INDArray denoised = network.output(inputs, "denoised").get("denoised");
      image = denoised.add(image.sub(denoised).mul(0.5));
    }
    Nd4j.writeAsNumpy(image, new File("image.npy"));
  }
}
