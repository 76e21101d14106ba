/** The program: starts, routes output and logs, and turns failures into exit codes. */
@NullMarked
package org.edm2search.cli;

import org.jspecify.annotations.NullMarked;
