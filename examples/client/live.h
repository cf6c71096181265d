/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Values that change while the device runs: clock, power, storage and errors of Device (3),
 * Connectivity Monitoring (4), the time of a Location (6), and Connectivity Statistics (7).
 *
 * They are stored resources, so that one program serves every release of the objects and that
 * observers hear of each change. client_live_look() brings them up to date: before a server or the
 * console reads them, and every now and then for those who observe them. What the machine does not
 * tell has no value, and what this device does not have, such as object 7, is passed over.
 */
#ifndef LOOM_CLIENT_LIVE_H
#define LOOM_CLIENT_LIVE_H

#include "loom/model.h"
#include "loom/port_coap.h"
#include "machine.h"

/** How often a value that nobody reads is looked at. */
#define CLIENT_LIVE_PERIOD_MS 10000u

/** All members are private, but that the port adds up `traffic`. */
struct client_live {
    struct loom_model *model;
    const struct loom_port *port;
    const char *storage;    /**< where the device stores; NULL: nowhere */
    int64_t clock_ahead;    /**< seconds that the device's clock is ahead of the machine's */
    bool telling_time;      /**< the clock itself writes Current Time */
    uint64_t errors;        /**< bit n: error n (3/0/11) is present */
    int64_t battery_level;  /**< as it was last seen, or -1 */
    int64_t battery_status; /**< the same */
    struct loom_coap_traffic traffic; /**< since the values were last brought up to date */
    bool counting;                    /**< between Start and Stop of Connectivity Statistics */
    uint64_t count_until;             /**< on the port's clock */
    struct loom_coap_traffic counted;
};

/** Begins with the time zone of the machine, and the errors that it has. The model is initialised;
 *  all pointers outlive the live values.
 *  @param storage a path on the file system that the device stores on, whose storage it tells;
 * NULL: it stores nothing, and tells that of the machine's root */
void client_live_start(struct client_live *live, struct loom_model *model,
                       const struct loom_port *port, const char *storage);

/** Brings all values up to date. */
void client_live_look(struct client_live *live);

/** When client_live_look() has to be called at the latest, on the port's clock: the end of a
 *  collection period; UINT64_MAX: there is none. */
uint64_t client_live_deadline(const struct client_live *live);

/** An error occurs: one of 3/0/11 but 0, which one that is there already changes nothing.
 *  @return LOOM_BAD_REQUEST this release of Device knows no such error */
enum loom_status client_live_raise(struct client_live *live, uint64_t error);

/** Does what was executed, if it is Reset Error Code, or Start or Stop of the statistics. */
void client_live_executed(struct client_live *live, const struct loom_path *path);

/** Hears of each change of the model: a clock that was set, a position that was taken. */
void client_live_changed(struct client_live *live, const struct loom_at *at,
                         enum loom_change change);

#endif
