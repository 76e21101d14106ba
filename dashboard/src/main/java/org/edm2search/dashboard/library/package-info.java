/** The campaigns on disk, read through the campaign module and turned into views. */
package org.edm2search.dashboard.library;
