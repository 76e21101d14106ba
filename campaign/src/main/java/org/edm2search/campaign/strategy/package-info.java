/** How candidates are proposed: ask for one, tell what became of it. */
package org.edm2search.campaign.strategy;
