/** Requests and answers: addresses, pages, JSON, errors, assets. */
package org.edm2search.dashboard.web;
