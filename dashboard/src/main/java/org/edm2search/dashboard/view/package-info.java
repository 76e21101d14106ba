/** What pages and programs see: records made from a campaign's store, without behaviour. */
package org.edm2search.dashboard.view;
