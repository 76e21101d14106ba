/**
 * Networks as <a href="https://onnx.ai">ONNX</a> files: a graph is built node by node and written
 * in the protocol-buffer encoding, without generated classes.
 */
@NullMarked
package org.edm2search.model.onnx;

import org.jspecify.annotations.NullMarked;
