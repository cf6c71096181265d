/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A list of things that have a link in them, in the order in which they were added.
 */
#ifndef LOOM_SERVER_LIST_H
#define LOOM_SERVER_LIST_H

#include <stdbool.h>
#include <stddef.h>

/** A member, or the list itself. A member that is in no list points to itself. */
struct loom_list {
    struct loom_list *next;
    struct loom_list *previous;
};

static inline void loom_list_begin(struct loom_list *list)
{
    list->next = list;
    list->previous = list;
}

/** @return whether a list has no members, or a member is in no list. */
static inline bool loom_list_is_empty(const struct loom_list *list)
{
    return list->next == list;
}

static inline void loom_list_remove(struct loom_list *member)
{
    member->previous->next = member->next;
    member->next->previous = member->previous;
    loom_list_begin(member);
}

/** Makes a member the last one; it may be in a list already, also in this one. */
static inline void loom_list_append(struct loom_list *list, struct loom_list *member)
{
    loom_list_remove(member);
    member->previous = list->previous;
    member->next = list;
    list->previous->next = member;
    list->previous = member;
}

/** Moves all members to an empty list. */
static inline void loom_list_move(struct loom_list *to, struct loom_list *from)
{
    if (!loom_list_is_empty(from)) {
        *to = *from;
        to->next->previous = to;
        to->previous->next = to;
        loom_list_begin(from);
    }
}

/** The struct of `type` whose member `name` is `link`. */
#define LOOM_LIST_ENTRY(link, type, name) ((type *)(void *)((char *)(link)-offsetof(type, name)))

#endif
