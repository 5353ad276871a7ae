/** The rows: which contenders do what, and the bars. */
@NullMarked
package org.interlock.bench.rows;

import org.jspecify.annotations.NullMarked;
