/** Features from networks in ONNX files, run by ONNX Runtime. */
@NullMarked
package org.edm2search.eval.onnx;

import org.jspecify.annotations.NullMarked;
