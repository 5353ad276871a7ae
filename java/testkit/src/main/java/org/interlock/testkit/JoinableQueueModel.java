package org.interlock.testkit;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A queue whose items are gone only when they are done; what a killed process held comes again,
 * ahead of newer items. Operations: {@code put}, which waits, answers {@code in}; {@code offer},
 * {@code in} or {@code full}; {@code take}, which waits, and {@code poll}, with or without a time,
 * answer the item, {@code nothing}, or for the second delivery {@code 7 (2)}; {@code done} finishes
 * the item that this process has had for longest, {@code giveBack} gives it back, and they answer
 * {@code ok} or {@code nothing held}; {@code join} with a time answers whether all is done.
 *
 * <p>Who is dead is found out by those who take, and within a time that is short for a {@code poll}
 * that waits. Until then what the dead held may still count as taken: an item more than the
 * capacity goes in, and newer ones may be taken first.
 *
 * @param capacity how many items go in that are not taken
 */
public record JoinableQueueModel(int capacity) implements Model<JoinableQueueModel.State> {
  private static final Comparator<Item> OLDEST_FIRST = Comparator.comparingInt(Item::number);

  /**
   * An item.
   *
   * @param number in the order in which they were put
   * @param name what was put
   * @param deliveries how many times it was delivered
   * @param holder who has it; null if it waits
   * @param since in the order in which they were taken
   * @param orphaned whether its last holder died
   */
  public record Item(
      int number,
      String name,
      int deliveries,
      @Nullable Party holder,
      int since,
      boolean orphaned) {}

  /**
   * The unfinished items.
   *
   * @param items by their numbers
   * @param puts how many items were put
   * @param takes how many were taken
   */
  public record State(List<Item> items, int puts, int takes) {}

  /**
   * Makes an empty one.
   *
   * @param capacity how many items go in that are not taken
   */
  public JoinableQueueModel {}

  @Override
  public State initial() {
    return new State(List.of(), 0, 0);
  }

  @Override
  public List<Outcome<State>> outcomes(State state, Party party, Operation operation) {
    Item waiting = oldest(state, null);
    Item held = oldest(state, party);
    return switch (operation.name()) {
      case "put", "offer" -> putIn(state, operation);
      case "take" -> waiting == null ? List.of() : takenFirst(state, waiting, party);
      case "poll" ->
          waiting == null ? Model.only("nothing", state) : takenFirst(state, waiting, party);
      case "done" -> held == null ? Model.only("nothing held", state) : done(state, held);
      case "giveBack" ->
          held == null
              ? Model.only("nothing held", state)
              : Model.only("ok", changed(state, held, waiting(held, false)));
      case "join" -> Model.only(String.valueOf(state.items().isEmpty()), state);
      default -> throw Model.unknown(this, operation);
    };
  }

  private List<Outcome<State>> putIn(State state, Operation operation) {
    List<Item> waiting = state.items().stream().filter(item -> item.holder() == null).toList();
    long atLeast = waiting.stream().filter(item -> !item.orphaned()).count();
    List<Outcome<State>> outcomes = new ArrayList<>();
    if (atLeast < capacity) {
      outcomes.addAll(in(state, operation));
    }
    if (waiting.size() >= capacity && operation.name().equals("offer")) {
      outcomes.addAll(Model.only("full", state));
    }
    return outcomes;
  }

  /**
   * What waits is taken in the order it was put in, what is held is done in the order of taking.
   */
  private static @Nullable Item oldest(State state, @Nullable Party holder) {
    return state.items().stream()
        .filter(item -> holder == null ? item.holder() == null : holder.equals(item.holder()))
        .min(holder == null ? OLDEST_FIRST : Comparator.comparingInt(Item::since))
        .orElse(null);
  }

  private static List<Outcome<State>> in(State state, Operation operation) {
    List<Item> items = new ArrayList<>(state.items());
    items.add(new Item(state.puts(), operation.argument(0), 0, null, 0, false));
    return Model.only("in", new State(List.copyOf(items), state.puts() + 1, state.takes()));
  }

  /** What waits longest; or, as long as the death of its last holder is not found out, the next. */
  private static List<Outcome<State>> takenFirst(State state, Item oldest, Party party) {
    List<Outcome<State>> outcomes = new ArrayList<>(taken(state, oldest, party));
    if (oldest.orphaned()) {
      state.items().stream()
          .filter(item -> item.holder() == null && !item.orphaned())
          .min(OLDEST_FIRST)
          .ifPresent(next -> outcomes.addAll(taken(state, next, party)));
    }
    return outcomes;
  }

  private static List<Outcome<State>> taken(State state, Item item, Party party) {
    int deliveries = item.deliveries() + 1;
    Item taken = new Item(item.number(), item.name(), deliveries, party, state.takes(), false);
    State after = changed(state, item, taken);
    return Model.only(
        deliveries == 1 ? item.name() : item.name() + " (" + deliveries + ")",
        new State(after.items(), state.puts(), state.takes() + 1));
  }

  private static List<Outcome<State>> done(State state, Item held) {
    List<Item> items = state.items().stream().filter(item -> !item.equals(held)).toList();
    return Model.only("ok", new State(items, state.puts(), state.takes()));
  }

  private static Item waiting(Item held, boolean orphaned) {
    return new Item(held.number(), held.name(), held.deliveries(), null, 0, orphaned);
  }

  private static State changed(State state, Item from, Item to) {
    List<Item> items = state.items().stream().map(item -> item.equals(from) ? to : item).toList();
    return new State(items, state.puts(), state.takes());
  }

  @Override
  public State afterDeath(State state, Party party) {
    List<Item> items =
        state.items().stream()
            .map(item -> party.equals(item.holder()) ? waiting(item, true) : item)
            .toList();
    return new State(items, state.puts(), state.takes());
  }
}
