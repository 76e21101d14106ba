/** What the user sees: streams, tables, progress, JSON; and the log file. */
@NullMarked
package org.edm2search.cli.output;

import org.jspecify.annotations.NullMarked;
