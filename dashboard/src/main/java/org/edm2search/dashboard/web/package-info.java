/** Requests and answers: addresses, pages, JSON, errors, assets. */
@NullMarked
package org.edm2search.dashboard.web;

import org.jspecify.annotations.NullMarked;
