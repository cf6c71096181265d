/* SPDX-License-Identifier: Apache-2.0 */
#include "common/index.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_BUCKETS 16u

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
    index->buckets = NULL;
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

static void grow(struct loom_index *index)
{
    size_t old_count = index->buckets == NULL ? 1 : index->mask + 1;
    size_t count = index->buckets == NULL ? FIRST_BUCKETS : 2 * old_count;
    struct loom_index_link **buckets = calloc(count, sizeof *buckets);
    if (buckets == NULL) {
        return;
    }
    struct loom_index_link **old = index->buckets == NULL ? &index->single : index->buckets;
    struct loom_index_link **freed = index->buckets;
    index->buckets = buckets;
    index->mask = count - 1;
    for (size_t i = 0; i < old_count; i++) {
        struct loom_index_link *link = old[i];
        while (link != NULL) {
            struct loom_index_link *next = link->next;
            put(index, link);
            link = next;
        }
    }
    free(freed);
    index->single = NULL;
}

void loom_index_add(struct loom_index *index, struct loom_index_link *link, uint64_t hash)
{
    if (index->count > index->mask) {
        grow(index);
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
    return with_hash(first, hash);
}

struct loom_index_link *loom_index_next(const struct loom_index_link *link)
{
    return with_hash(link->next, link->hash);
}
