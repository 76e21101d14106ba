package org.edm2search.model.graph;

import java.util.Collections;
import java.util.List;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ops.DynamicCustomOp;

/** A native operation in a SameDiff graph, addressed by its native name. */
final class SameDiffOperation extends DynamicCustomOp {

  private final String nativeName;
  private final int outputs;

  SameDiffOperation(Operation operation, SameDiff sameDiff, SDVariable... inputs) {
    // Not through the constructor that takes a graph: it asks for opName() before it can be known.
    this.nativeName = operation.name();
    this.outputs = operation.outputs().size();
    this.sameDiff = sameDiff;
    setInstanceId();
    sameDiff.addArgsFor(inputs, this);
    addIArgument(operation.integers().stream().mapToLong(Long::longValue).toArray());
    addTArgument(operation.floats().stream().mapToDouble(Double::doubleValue).toArray());
    operation.flags().forEach(this::addBArgument);
  }

  @Override
  public String opName() {
    return nativeName;
  }

  @Override
  public int getNumOutputs() {
    return outputs;
  }

  @Override
  public List<DataType> calculateOutputDataTypes(List<DataType> inputTypes) {
    return Collections.nCopies(outputs, DataType.FLOAT);
  }

  @Override
  public List<SDVariable> doDiff(List<SDVariable> gradients) {
    throw new UnsupportedOperationException(
        nativeName + ": gradients are emitted by Tape, not derived by SameDiff");
  }
}
