/**
 * Power-function averages of weights, and their reconstruction after training (EDM2, section 3).
 */
@NullMarked
package org.edm2search.train.ema;

import org.jspecify.annotations.NullMarked;
