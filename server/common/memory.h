/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Memory of the servers: arrays that grow, and memory that held a key.
 */
#ifndef LOOM_SERVER_MEMORY_H
#define LOOM_SERVER_MEMORY_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Makes room for one more entry in an array that realloc() may move. Never for keys: a moved array
 *  leaves a copy behind.
 *  @param count entries that it has; 0: `array` may be NULL
 *  @return the array, or NULL without memory: then the old one is still valid */
void *loom_memory_grow(void *array, size_t count, size_t entry_size);

/** Overwrites memory that held a key, in a way that the compiler keeps. */
void loom_memory_wipe(void *memory, size_t length);

#ifdef __cplusplus
}
#endif

#endif
