/** Campaigns as event files, which TensorBoard shows. */
@NullMarked
package org.edm2search.campaign.tensorboard;

import org.jspecify.annotations.NullMarked;
