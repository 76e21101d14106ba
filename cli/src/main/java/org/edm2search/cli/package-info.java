/** The program: starts, routes output and logs, and turns failures into exit codes. */
package org.edm2search.cli;
