package org.interlock.internal;

/** The file behind an object: one name may come to mean another object, a file never does. */
record ObjectIdentity(long device, long inode) {}
