/** What is made of the figures. */
@NullMarked
package org.interlock.bench.report;

import org.jspecify.annotations.NullMarked;
