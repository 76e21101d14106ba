/** Images, wherever they come from: what every module that handles them agrees on. */
package org.edm2search.data;
