/** A program that is a module; without this file it is one of the class path. */
module example {
  requires org.interlock;
}
