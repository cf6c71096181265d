/* SPDX-License-Identifier: Apache-2.0 */
#include "names.h"

#include <string.h>

static size_t hash(const char *text)
{
    uint64_t value = UINT64_C(14695981039346656037);

    for (; *text != '\0'; text++) {
        value = (value ^ (unsigned char)*text) * UINT64_C(1099511628211);
    }
    return (size_t)(value ^ value >> 32);
}

/* @return where the identifier stands or would stand. */
static const char **find_slot(const char **slots, size_t room, const char *identifier)
{
    size_t i = hash(identifier) & (room - 1);

    while (slots[i] != NULL && strcmp(slots[i], identifier) != 0) {
        i = (i + 1) & (room - 1);
    }
    return &slots[i];
}

static void enlarge(struct loomc_names *names)
{
    size_t room = names->room == 0 ? 1024 : names->room * 2;
    const char **slots = loomc_alloc(names->arena, room * sizeof slots[0]);

    for (size_t i = 0; i < names->room; i++) {
        if (names->slots[i] != NULL) {
            *find_slot(slots, room, names->slots[i]) = names->slots[i];
        }
    }
    names->slots = slots;
    names->room = room;
}

bool loomc_names_claim(struct loomc_names *names, const char *identifier)
{
    if (names->count >= names->room / 2) {
        enlarge(names);
    }
    const char **slot = find_slot(names->slots, names->room, identifier);

    if (*slot != NULL) {
        return false;
    }
    *slot = loomc_copy(names->arena, identifier, strlen(identifier));
    names->count++;
    return true;
}
