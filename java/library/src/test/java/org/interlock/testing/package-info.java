/** What tests of shared objects need: worker JVMs, names, threads that act one step at a time. */
package org.interlock.testing;
