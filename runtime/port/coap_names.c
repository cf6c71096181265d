/* SPDX-License-Identifier: Apache-2.0 */
/* Names of servers, looked up beside the loop: a name server may be silent for a long time, and the
 * client must not stand still for it. Each lookup has a thread of its own, which knows nothing but
 * its lookup; this is the only file with threads. */
#define _POSIX_C_SOURCE 200809L

#include "coap_internal.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Lookups under way at a time, abandoned ones included. */
#define LOOKUPS_MAX 16u

/* Shared by a port and its threads; the last one frees it. */
struct loom_coap_names {
    pthread_mutex_t lock;
    int descriptor; /* readable when a lookup is done */
    unsigned users;
};

/* Shared by a session and a thread; the last one frees it. */
struct loom_coap_lookup {
    struct loom_coap_names *names;
    struct loom_coap_uri uri;
    bool abandoned; /* nobody waits for it */
    bool done;
    size_t count;
    coap_address_t addresses[LOOM_COAP_URI_ADDRESSES_MAX];
};

struct loom_coap_names *loom_coap_names_new(void)
{
    struct loom_coap_names *names = calloc(1, sizeof *names);

    if (names == NULL) {
        return NULL;
    }
    names->users = 1;
    names->descriptor = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (names->descriptor < 0 || pthread_mutex_init(&names->lock, NULL) != 0) {
        if (names->descriptor >= 0) {
            close(names->descriptor);
        }
        free(names);
        return NULL;
    }
    return names;
}

void loom_coap_names_free(struct loom_coap_names *names)
{
    bool last;

    if (names == NULL) {
        return;
    }
    pthread_mutex_lock(&names->lock);
    last = --names->users == 0;
    pthread_mutex_unlock(&names->lock);
    if (last) {
        pthread_mutex_destroy(&names->lock);
        close(names->descriptor);
        free(names);
    }
}

int loom_coap_names_descriptor(const struct loom_coap_names *names)
{
    return names->descriptor;
}

void loom_coap_names_clear(struct loom_coap_names *names)
{
    uint64_t count;

    (void)!read(names->descriptor, &count, sizeof count);
}

static void *look_up(void *argument)
{
    struct loom_coap_lookup *lookup = argument;
    struct loom_coap_names *names = lookup->names;
    uint64_t one = 1;
    bool abandoned;

    lookup->count =
        loom_coap_uri_resolve(&lookup->uri, lookup->addresses, LOOM_COAP_URI_ADDRESSES_MAX);
    pthread_mutex_lock(&names->lock);
    lookup->done = true;
    abandoned = lookup->abandoned;
    (void)!write(names->descriptor, &one, sizeof one);
    pthread_mutex_unlock(&names->lock);
    if (abandoned) {
        free(lookup);
    }
    loom_coap_names_free(names);
    return NULL;
}

/* The thread takes no signals: they are the program's. */
static bool start_thread(struct loom_coap_lookup *lookup)
{
    pthread_attr_t detached;
    pthread_t thread;
    sigset_t before;
    sigset_t all;
    bool started;

    if (pthread_attr_init(&detached) != 0) {
        return false;
    }
    (void)pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    sigfillset(&all);
    (void)pthread_sigmask(SIG_SETMASK, &all, &before);
    started = pthread_create(&thread, &detached, look_up, lookup) == 0;
    (void)pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&detached);
    return started;
}

/* Each lookup is a user. */
static bool join(struct loom_coap_names *names)
{
    bool joined;

    pthread_mutex_lock(&names->lock);
    joined = names->users <= LOOKUPS_MAX;
    names->users += joined ? 1u : 0u;
    pthread_mutex_unlock(&names->lock);
    return joined;
}

struct loom_coap_lookup *loom_coap_lookup_begin(struct loom_coap_names *names,
                                                const struct loom_coap_uri *uri)
{
    struct loom_coap_lookup *lookup = calloc(1, sizeof *lookup);

    if (lookup == NULL || !join(names)) {
        free(lookup);
        return NULL;
    }
    lookup->names = names;
    lookup->uri = *uri;
    if (!start_thread(lookup)) {
        free(lookup);
        loom_coap_names_free(names);
        return NULL;
    }
    return lookup;
}

bool loom_coap_lookup_done(const struct loom_coap_lookup *lookup)
{
    bool done;

    pthread_mutex_lock(&lookup->names->lock);
    done = lookup->done;
    pthread_mutex_unlock(&lookup->names->lock);
    return done;
}

size_t loom_coap_lookup_addresses(const struct loom_coap_lookup *lookup,
                                  const coap_address_t **addresses)
{
    *addresses = lookup->addresses;
    return lookup->count;
}

/* The thread may be at its end already, and the names with it: they are not touched after that. */
void loom_coap_lookup_end(struct loom_coap_lookup *lookup)
{
    struct loom_coap_names *names = lookup->names;
    bool done;

    pthread_mutex_lock(&names->lock);
    done = lookup->done;
    lookup->abandoned = true;
    pthread_mutex_unlock(&names->lock);
    if (done) {
        free(lookup);
    }
}
