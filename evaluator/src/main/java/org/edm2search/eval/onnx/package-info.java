/** Features from networks in ONNX files, run by ONNX Runtime. */
package org.edm2search.eval.onnx;
