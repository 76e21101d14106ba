/**
 * What a campaign does with a candidate. {@link org.edm2search.pipeline.trial.TrainAndScore} is the
 * only place where trainer, evaluator and campaign meet.
 */
@NullMarked
package org.edm2search.pipeline.trial;

import org.jspecify.annotations.NullMarked;
