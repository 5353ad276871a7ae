/* The words of in-flight cells; shared by cells.c (their states) and blocks.c (finding free ones). */
#ifndef IL_CELLS_H
#define IL_CELLS_H

#include "queue.h"

static inline struct il_cell *il_cell_at(const struct il_queue *queue, uint32_t index) {
    return (struct il_cell *)(void *)(queue->base + queue->cells_base) + index;
}

static inline uint64_t il_cell_word(enum il_cell_state state, uint32_t deliveries, uint32_t slot, uint32_t generation) {
    return (uint64_t)state << 62 | (uint64_t)(deliveries & 0x3fff) << 48 | (uint64_t)(slot & 0xffff) << 32 | generation;
}

static inline enum il_cell_state il_cell_state_of(uint64_t word) { return (enum il_cell_state)(word >> 62); }
static inline uint32_t il_cell_deliveries_of(uint64_t word) { return (uint32_t)(word >> 48) & 0x3fff; }
static inline uint32_t il_cell_slot_of(uint64_t word) { return (uint32_t)(word >> 32) & 0xffff; }
static inline uint32_t il_cell_generation_of(uint64_t word) { return (uint32_t)word; }

/* Cells in use; never more than are real memory, whatever a garbage count says. */
static inline uint32_t il_cells_used(const struct il_queue *queue) {
    uint32_t reserved = atomic_load_explicit(&queue->control->cells_reserved, memory_order_relaxed);
    reserved = reserved < IL_MAX_CELLS ? reserved : IL_MAX_CELLS;
    return queue->control->cells_used < reserved ? queue->control->cells_used : reserved;
}

/* Puts a free cell into the list of those that have a block of its size. */
static inline void il_cell_push_free(const struct il_queue *queue, uint32_t index) {
    struct il_cell *cell = il_cell_at(queue, index);
    uint32_t class = cell->size_class < IL_SIZE_CLASSES ? cell->size_class : 0;
    cell->next_free = queue->control->free_cells[class];
    queue->control->free_cells[class] = index + 1;
}

#endif
