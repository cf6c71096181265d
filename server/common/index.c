/* SPDX-License-Identifier: Apache-2.0 */
#include "common/index.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKETS 16u

/* Buckets of before that are moved with each thing that is added. */
#define MOVED_AT_ONCE 4u

uint64_t loom_random_next(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

void loom_index_begin(struct loom_index *index, uint64_t seed)
{
    memset(index, 0, sizeof *index);
    index->secret[0] = loom_random_next(&seed);
    index->secret[1] = loom_random_next(&seed);
}

void loom_index_end(struct loom_index *index)
{
    free(index->buckets);
    free(index->old);
    index->buckets = NULL;
    index->old = NULL;
}

/* ---- SipHash-2-4 ----------------------------------------------------------------------------- */

struct sip {
    uint64_t v0;
    uint64_t v1;
    uint64_t v2;
    uint64_t v3;
};

static uint64_t rotate(uint64_t word, unsigned bits)
{
    return word << bits | word >> (64 - bits);
}

static void sip_round(struct sip *sip)
{
    sip->v0 += sip->v1;
    sip->v2 += sip->v3;
    sip->v1 = rotate(sip->v1, 13) ^ sip->v0;
    sip->v3 = rotate(sip->v3, 16) ^ sip->v2;
    sip->v0 = rotate(sip->v0, 32) + sip->v3;
    sip->v2 += sip->v1;
    sip->v3 = rotate(sip->v3, 21) ^ sip->v0;
    sip->v1 = rotate(sip->v1, 17) ^ sip->v2;
    sip->v2 = rotate(sip->v2, 32);
}

static void sip_word(struct sip *sip, uint64_t word)
{
    sip->v3 ^= word;
    sip_round(sip);
    sip_round(sip);
    sip->v0 ^= word;
}

/* Up to eight bytes, the first one lowest. */
static uint64_t read_word(const unsigned char *data, size_t length)
{
    uint64_t word = 0;
    for (size_t i = 0; i < length; i++) {
        word |= (uint64_t)data[i] << 8 * i;
    }
    return word;
}

uint64_t loom_index_hash(const struct loom_index *index, const void *data, size_t length)
{
    struct sip sip = {index->secret[0] ^ UINT64_C(0x736F6D6570736575),
                      index->secret[1] ^ UINT64_C(0x646F72616E646F6D),
                      index->secret[0] ^ UINT64_C(0x6C7967656E657261),
                      index->secret[1] ^ UINT64_C(0x7465646279746573)};
    const unsigned char *at = data;
    size_t left = length;
    for (; left >= 8; left -= 8, at += 8) {
        sip_word(&sip, read_word(at, 8));
    }
    sip_word(&sip, read_word(at, left) | (uint64_t)length << 56);
    sip.v2 ^= 0xFF;
    for (unsigned i = 0; i < 4; i++) {
        sip_round(&sip);
    }
    return sip.v0 ^ sip.v1 ^ sip.v2 ^ sip.v3;
}

/* ---- buckets --------------------------------------------------------------------------------- */

static struct loom_index_link **bucket_of(struct loom_index *index, uint64_t hash)
{
    return index->buckets == NULL ? &index->single : &index->buckets[hash & index->mask];
}

static void put(struct loom_index *index, struct loom_index_link *link)
{
    struct loom_index_link **bucket = bucket_of(index, link->hash);
    link->next = *bucket;
    link->at = bucket;
    if (link->next != NULL) {
        link->next->at = &link->next;
    }
    *bucket = link;
}

static void move_all(struct loom_index *index, struct loom_index_link **from)
{
    struct loom_index_link *link = *from;
    *from = NULL;
    while (link != NULL) {
        struct loom_index_link *next = link->next;
        put(index, link);
        link = next;
    }
}

/* Things of the same hash are all in the old bucket, or all in the new one. Those of `hash` are
 * moved, and some more: all of them long before there are too many again. */
static void go_on_growing(struct loom_index *index, uint64_t hash)
{
    move_all(index, &index->old[hash & index->old_mask]);
    for (unsigned i = 0; i < MOVED_AT_ONCE && index->moved <= index->old_mask; i++) {
        move_all(index, &index->old[index->moved++]);
    }
    if (index->moved > index->old_mask) {
        free(index->old);
        index->old = NULL;
    }
}

static void grow(struct loom_index *index)
{
    size_t count = index->buckets == NULL ? FIRST_BUCKETS : 2 * (index->mask + 1);
    struct loom_index_link **buckets = calloc(count, sizeof *buckets);
    if (buckets == NULL) {
        return;
    }
    index->old = index->buckets;
    index->old_mask = index->mask;
    index->moved = 0;
    index->buckets = buckets;
    index->mask = count - 1;
    if (index->old == NULL) {
        move_all(index, &index->single);
    }
}

void loom_index_add(struct loom_index *index, struct loom_index_link *link, uint64_t hash)
{
    if (index->count > index->mask && index->old == NULL) {
        grow(index);
    }
    if (index->old != NULL) {
        go_on_growing(index, hash);
    }
    link->hash = hash;
    put(index, link);
    index->count++;
}

void loom_index_remove(struct loom_index *index, struct loom_index_link *link)
{
    *link->at = link->next;
    if (link->next != NULL) {
        link->next->at = link->at;
    }
    link->next = NULL;
    index->count--;
}

static struct loom_index_link *with_hash(struct loom_index_link *link, uint64_t hash)
{
    while (link != NULL && link->hash != hash) {
        link = link->next;
    }
    return link;
}

struct loom_index_link *loom_index_first(const struct loom_index *index, uint64_t hash)
{
    struct loom_index_link *first =
        index->buckets == NULL ? index->single : index->buckets[hash & index->mask];
    if (index->old != NULL && index->old[hash & index->old_mask] != NULL) {
        first = index->old[hash & index->old_mask];
    }
    return with_hash(first, hash);
}

struct loom_index_link *loom_index_next(const struct loom_index_link *link)
{
    return with_hash(link->next, link->hash);
}
