/** What the user sees: streams, tables, progress, JSON; and the log file. */
package org.edm2search.cli.output;
