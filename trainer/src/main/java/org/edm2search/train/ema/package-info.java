/**
 * Power-function averages of weights, and their reconstruction after training (EDM2, section 3).
 */
package org.edm2search.train.ema;
