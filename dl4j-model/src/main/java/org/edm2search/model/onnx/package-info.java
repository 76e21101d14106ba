/**
 * Networks as <a href="https://onnx.ai">ONNX</a> files: a graph is built node by node, and the
 * network of an architecture is such a graph.
 */
@NullMarked
package org.edm2search.model.onnx;

import org.jspecify.annotations.NullMarked;
