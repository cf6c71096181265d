/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A hash index of things that have a link in them. Keys come from peers, so the hash is keyed
 * (SipHash-2-4): who does not know the secret cannot make keys that collide.
 *
 * Several things may have the same key. What adding, removing and finding cost does not depend on
 * how many things there are, not even of the one that is too many for the buckets that there are.
 */
#ifndef LOOM_SERVER_INDEX_H
#define LOOM_SERVER_INDEX_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Stands in the thing that is found. Members are private. */
struct loom_index_link {
    struct loom_index_link *next;
    struct loom_index_link **at; /* what points to it */
    uint64_t hash;
};

/** Members are private. It must not move while there is something in it. */
struct loom_index {
    struct loom_index_link **buckets; /* `mask` + 1; NULL: `single` is the only one */
    struct loom_index_link *single;
    size_t mask;
    size_t count;
    struct loom_index_link **old; /* while it grows: from `moved` on, those that are not moved */
    size_t old_mask;
    size_t moved;
    uint64_t secret[2];
};

/** Begins an empty index. @param seed differs from run to run where keys come from peers */
void loom_index_begin(struct loom_index *index, uint64_t seed);

/** Frees what the index has allocated; the things stay. */
void loom_index_end(struct loom_index *index);

/** The hash of a key; `data` may be NULL if `length` is 0. */
uint64_t loom_index_hash(const struct loom_index *index, const void *data, size_t length);

/** Adds a thing under a hash of loom_index_hash(). Never fails: without memory for more buckets
 *  finding takes longer. */
void loom_index_add(struct loom_index *index, struct loom_index_link *link, uint64_t hash);

/** Takes a thing out that is in the index. */
void loom_index_remove(struct loom_index *index, struct loom_index_link *link);

/** Gives the things with a hash; the caller compares their keys. @return NULL: no more */
struct loom_index_link *loom_index_first(const struct loom_index *index, uint64_t hash);
struct loom_index_link *loom_index_next(const struct loom_index_link *link);

/** The struct of `type` whose member `name` is `link`. */
#define LOOM_INDEX_ENTRY(link, type, name) ((type *)(void *)((char *)(link)-offsetof(type, name)))

/** One step of a generator of numbers that look random (splitmix64): for secrets and locations. */
uint64_t loom_random_next(uint64_t *state);

#ifdef __cplusplus
}
#endif

#endif
