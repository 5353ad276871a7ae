/** How a figure comes about: contenders measured in turns, checked, and held against bars. */
@NullMarked
package org.interlock.bench.harness;

import org.jspecify.annotations.NullMarked;
