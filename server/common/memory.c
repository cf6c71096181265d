/* SPDX-License-Identifier: Apache-2.0 */
#include "common/memory.h"

#include <stdint.h>
#include <stdlib.h>

void *loom_memory_grow(void *array, size_t count, size_t entry_size)
{
    /* Doubled at each power of two, so the room need not be stored. */
    if (count > 0 && (count & (count - 1)) != 0) {
        return array;
    }
    size_t room = count == 0 ? 1 : 2 * count;
    return room > SIZE_MAX / entry_size ? NULL : realloc(array, room * entry_size);
}

void loom_memory_wipe(void *memory, size_t length)
{
    volatile unsigned char *at = memory;
    while (length-- > 0) {
        *at++ = 0;
    }
}
