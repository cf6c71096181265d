/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "http/throttle.h"

#include "common/index.h"
#include "common/list.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES_MAX 4096u
#define FORGET_MS   (60u * 60u * 1000u) /* without a try failures are forgotten */
#define KEY_SIZE    160

/* What a kind of entry forgives, and the longest wait. */
struct rule {
    unsigned free;
    uint32_t longest;
};

static const struct rule of_pair = {3, 60u * 1000u};
static const struct rule of_address = {10, 15u * 60u * 1000u};
static const struct rule of_user = {20, 60u * 1000u};
/* Behind a proxy of the same machine all have one address: what a stranger can do to an operator
 * there is this wait. */
static const struct rule of_loopback = {3, 5u * 1000u};

struct entry {
    struct loom_index_link link;
    struct loom_list age; /**< the one that was used longest ago is the first */
    unsigned failures;
    bool known; /**< of a pair: it has succeeded */
    uint64_t last;
    char key[KEY_SIZE];
};

struct loom_http_throttle {
    struct loom_index index;
    struct loom_list entries;
    size_t count;
};

struct loom_http_throttle *loom_http_throttle_create(uint64_t seed)
{
    struct loom_http_throttle *throttle = calloc(1, sizeof *throttle);
    if (throttle != NULL) {
        loom_index_begin(&throttle->index, seed);
        loom_list_begin(&throttle->entries);
    }
    return throttle;
}

static void forget(struct loom_http_throttle *throttle, struct entry *entry)
{
    loom_index_remove(&throttle->index, &entry->link);
    loom_list_remove(&entry->age);
    throttle->count--;
    free(entry);
}

void loom_http_throttle_destroy(struct loom_http_throttle *throttle)
{
    if (throttle == NULL) {
        return;
    }
    while (!loom_list_is_empty(&throttle->entries)) {
        forget(throttle, LOOM_LIST_ENTRY(throttle->entries.next, struct entry, age));
    }
    loom_index_end(&throttle->index);
    free(throttle);
}

/* ---- entries --------------------------------------------------------------------------------- */

struct keys {
    bool is_loopback;
    char pair[KEY_SIZE];
    char address[KEY_SIZE];
    char user[KEY_SIZE];
};

/* Kinds have a letter before them, and addresses no blank in them, so no key is one of another
 * kind. */
static void make_keys(struct keys *keys, const char *user, const char *address)
{
    struct in6_addr ip;
    char net[64];
    (void)snprintf(net, sizeof net, "%.45s", address);
    if (inet_pton(AF_INET6, address, &ip) == 1) {
        memset(&ip.s6_addr[8], 0, 8);
        (void)inet_ntop(AF_INET6, &ip, net, sizeof net);
    }
    keys->is_loopback = strncmp(address, "127.", 4) == 0 || strcmp(address, "::1") == 0;
    (void)snprintf(keys->pair, KEY_SIZE, "p %s %.64s", net, user);
    (void)snprintf(keys->address, KEY_SIZE, "a %s", net);
    (void)snprintf(keys->user, KEY_SIZE, "u %.64s", user);
}

static struct entry *find(const struct loom_http_throttle *throttle, const char *key)
{
    uint64_t hash = loom_index_hash(&throttle->index, key, strlen(key));
    for (struct loom_index_link *link = loom_index_first(&throttle->index, hash); link != NULL;
         link = loom_index_next(link)) {
        struct entry *entry = LOOM_INDEX_ENTRY(link, struct entry, link);
        if (strcmp(entry->key, key) == 0) {
            return entry;
        }
    }
    return NULL;
}

/* Without memory nothing is counted; the hash of the password is slow enough by itself. */
static struct entry *find_or_add(struct loom_http_throttle *throttle, const char *key)
{
    struct entry *entry = find(throttle, key);
    if (entry == NULL) {
        if (throttle->count == ENTRIES_MAX) {
            forget(throttle, LOOM_LIST_ENTRY(throttle->entries.next, struct entry, age));
        }
        entry = calloc(1, sizeof *entry);
        if (entry == NULL) {
            return NULL;
        }
        strcpy(entry->key, key);
        loom_list_begin(&entry->age);
        loom_index_add(&throttle->index, &entry->link,
                       loom_index_hash(&throttle->index, key, strlen(key)));
        throttle->count++;
    }
    loom_list_append(&throttle->entries, &entry->age);
    return entry;
}

/* ---- waits ----------------------------------------------------------------------------------- */

static uint32_t wait_of(struct entry *entry, const struct rule *rule, uint64_t now)
{
    if (entry == NULL) {
        return 0;
    }
    if (now - entry->last >= FORGET_MS) {
        entry->failures = 0;
    }
    if (entry->failures < rule->free) {
        return 0;
    }
    unsigned power = entry->failures - rule->free;
    uint32_t wait = power >= 20 ? rule->longest : 1000u << power;
    wait = wait > rule->longest ? rule->longest : wait;
    uint64_t passed = now - entry->last;
    return passed >= wait ? 0 : (uint32_t)(wait - passed);
}

static uint32_t longer(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

uint32_t loom_http_throttle_wait(struct loom_http_throttle *throttle, const char *user,
                                 const char *address, uint64_t now)
{
    struct keys keys;
    make_keys(&keys, user, address);
    struct entry *pair = find(throttle, keys.pair);
    struct entry *from = find(throttle, keys.address);
    if (keys.is_loopback) {
        return wait_of(pair, &of_loopback, now);
    }
    uint32_t wait = longer(wait_of(pair, &of_pair, now), wait_of(from, &of_address, now));
    bool suspicious = from != NULL && from->failures > 0 && (pair == NULL || !pair->known);
    return suspicious ? longer(wait, wait_of(find(throttle, keys.user), &of_user, now)) : wait;
}

bool loom_http_throttle_knows(struct loom_http_throttle *throttle, const char *user,
                              const char *address)
{
    struct keys keys;
    make_keys(&keys, user, address);
    const struct entry *pair = find(throttle, keys.pair);
    return pair != NULL && pair->known;
}

void loom_http_throttle_try(struct loom_http_throttle *throttle, const char *user,
                            const char *address, uint64_t now)
{
    struct keys keys;
    make_keys(&keys, user, address);
    const char *const all[] = {keys.pair, keys.address, keys.user};
    for (size_t i = 0; i < 3; i++) {
        struct entry *entry = find_or_add(throttle, all[i]);
        if (entry != NULL) {
            entry->failures = now - entry->last >= FORGET_MS ? 0 : entry->failures;
            entry->failures++;
            entry->last = now;
        }
    }
}

/* The pair is forgiven. Of address and user only this try is: else whoever has a password of its
 * own could guess at others, in turns. */
void loom_http_throttle_succeed(struct loom_http_throttle *throttle, const char *user,
                                const char *address, uint64_t now)
{
    struct keys keys;
    make_keys(&keys, user, address);
    struct entry *pair = find_or_add(throttle, keys.pair);
    if (pair != NULL) {
        pair->failures = 0;
        pair->known = true;
        pair->last = now;
    }
    const char *const others[] = {keys.address, keys.user};
    for (size_t i = 0; i < 2; i++) {
        struct entry *entry = find(throttle, others[i]);
        if (entry != NULL && entry->failures > 0) {
            entry->failures--;
        }
    }
}
