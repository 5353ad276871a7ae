/** Tests of child processes that need whole JVMs of their own, and what they share. */
package org.interlock.children;
