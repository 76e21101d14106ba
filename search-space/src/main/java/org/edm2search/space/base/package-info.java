/** What every module stands on: the root of failures, digests, and files written all or nothing. */
@NullMarked
package org.edm2search.space.base;

import org.jspecify.annotations.NullMarked;
