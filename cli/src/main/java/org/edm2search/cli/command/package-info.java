/** One class per command. */
package org.edm2search.cli.command;
