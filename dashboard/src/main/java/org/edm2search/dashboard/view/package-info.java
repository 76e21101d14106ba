/** What pages and programs see: records made from a campaign's store, without behaviour. */
@NullMarked
package org.edm2search.dashboard.view;

import org.jspecify.annotations.NullMarked;
