/** One class per command. */
@NullMarked
package org.edm2search.cli.command;

import org.jspecify.annotations.NullMarked;
