package org.edm2search.model.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.FloatBuffer;
import java.nio.ReadOnlyBufferException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** Values of tensors and of views of vectors, and nothing beyond them. */
@Tag("gpu")
class HostViewTest {

  @Test
  void aViewOfAVectorIsATensorOfItsOwn() {
    INDArray vector = Nd4j.createFromArray(0f, 1, 2, 3, 4, 5, 6, 7);
    INDArray view =
        Nd4j.create(vector.data(), new long[] {2, 2}, new long[] {2, 1}, vector.offset() + 3, 'c');

    FloatBuffer values = HostView.read(view);
    assertThat(values.limit()).isEqualTo(4);
    assertThat(values.get(3)).isEqualTo(6);

    HostView.write(view, buffer -> buffer.put(0, -1));
    assertThat(vector.toFloatVector()).containsExactly(0, 1, 2, -1, 4, 5, 6, 7);
    assertThatThrownBy(() -> HostView.write(view, new float[5])).isInstanceOf(Exception.class);
  }

  @Test
  void whatIsReadCannotBeWritten() {
    INDArray array = Nd4j.create(DataType.FLOAT, 3);
    assertThatThrownBy(() -> HostView.read(array).put(0, 1))
        .isInstanceOf(ReadOnlyBufferException.class);
  }

  @Test
  void valuesThatDoNotLieInOrderAreRefused() {
    INDArray turned = Nd4j.create(DataType.FLOAT, 2, 3).transpose();
    assertThatThrownBy(() -> HostView.read(turned)).hasMessageContaining("row-major");
    assertThatThrownBy(() -> HostView.read(Nd4j.create(DataType.DOUBLE, 2)))
        .hasMessageContaining("float32");
  }
}
