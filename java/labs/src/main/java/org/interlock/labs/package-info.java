/**
 * The course: one class per lab, each a program of a lesson on processes, locks and queues, written
 * against the public interface only.
 */
@NullMarked
package org.interlock.labs;

import org.jspecify.annotations.NullMarked;
