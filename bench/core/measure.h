/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A client on a port of a few lines that delivers nothing by itself, and the operations that are
 * measured, each from a state that is put back before every repeat.
 */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include "loom/client.h"

/** What one operation is measured with. */
struct measure {
    unsigned repeats;
    /** Called before the first repeat of an operation. */
    void (*begin)(const char *name);
    /** Called behind its last. @param good whether it did what it should */
    void (*end)(const char *name, bool good);
};

/** Measures every operation in turn. */
void measure_all(const struct measure *measure);

/** Bytes of memory that an observation takes with the attributes pmin and pmax; 0: refused. */
unsigned measure_observation(void);

/* deliver.c: the calls into the client whose cost is counted, apart from their callers so
 * that they are not inlined. */

/** A request of the peer. @return the code of the answer, whose payload is in `answer` */
uint8_t deliver_request(struct loom_client *client, void *owner, const struct loom_request *request,
                        struct loom_reply *reply);
/** An answer of the peer to the request `exchange`. */
void deliver_response(struct loom_client *client, void *owner, uint32_t exchange,
                      const struct loom_response *response);
void deliver_step(struct loom_client *client);
/** The product sets a number of its own. */
bool deliver_change(struct loom_model *model, const struct loom_path *path, int64_t value);

/** The session of `deliver_request` and `deliver_response`. */
extern struct loom_session *const deliver_session;

#endif
