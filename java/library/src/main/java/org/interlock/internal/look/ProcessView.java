package org.interlock.internal.look;

import java.util.List;

/**
 * A process as a bystander sees it.
 *
 * @param sightings what it has open, perhaps several times, and its threads that sleep on something
 * @param threadsHidden whether the system does not tell, of some of its threads at least
 */
public record ProcessView(long pid, List<Sighting> sightings, boolean threadsHidden) {}
