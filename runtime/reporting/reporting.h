/* SPDX-License-Identifier: Apache-2.0 */
/** The Information Reporting interface, as the client sees it: observations and notifications,
 * rules C.3. Its memory is that of the client's configuration. */
#ifndef LOOM_REPORTING_REPORTING_H
#define LOOM_REPORTING_REPORTING_H

#include "context/context.h"

/** A server that may be notified, as the registrations know it. */
struct loom_report_server {
    struct loom_session *session; /**< NULL: there is none */
    uint64_t since;    /**< when it took the device: observations before are over (C-62) */
    uint16_t instance; /**< of the Server object */
    uint16_t lwm2m;    /**< release that it is addressed in */
    bool stands;       /**< the device is registered there */
    bool awake;        /**< and may send now */
    bool settled;      /**< and it knows all objects: no Update is under way */
    bool known;        /**< it has an account */
    bool ended;        /**< the product has de-registered, or is about to */
};

/** What the registrations do for this room. */
struct loom_report_servers {
    /** Finds the registration at a server. @param server all zero, and left so if there is none */
    void (*find)(struct loom_context *context, uint16_t ssid, struct loom_report_server *server);
    /** Has the device wake up towards a server, in this step. */
    void (*wake)(struct loom_context *context, uint16_t ssid);
    /** A notification went out (rule B-81). */
    void (*told)(struct loom_context *context, uint16_t ssid);
    /** Whether a server, which has a registration, takes no Send (rule B-74). */
    bool (*is_mute)(struct loom_context *context, uint16_t ssid);
};

/** The answer to a Read with Observe has been made: begins an observation, or ends one. Where there
 *  is no room for one, or none for its notifications, and with a port that cannot notify, the
 *  answer stays that to a Read.
 *  @param row of the resource, NULL above it
 *  @return LOOM_BAD_REQUEST its query is wrong (rule C-57) */
enum loom_status loom_reporting_observe(struct loom_context *context,
                                        const struct loom_requester *from,
                                        const struct loom_request *request,
                                        const struct loom_path *path,
                                        const struct loom_resource *row, struct loom_reply *reply);

/** Ends the observations of registrations that have ended (rule C-62), so that there is room for
 *  those of today. */
void loom_reporting_make_room(struct loom_context *context,
                              const struct loom_report_servers *servers);

/** A request with the token of an observation was answered: the observation is over if the answer,
 *  a success, begins none under that token (rules C-60, C-61; loom_reply.observation). */
void loom_reporting_answered(struct loom_context *context, uint16_t ssid,
                             const struct loom_request *request, const struct loom_reply *reply);

/** Write-Attributes to what exists (rules C-50 .. C-56).
 *  @return LOOM_BAD_REQUEST; LOOM_TOO_LARGE no room for them */
enum loom_status loom_reporting_write_attributes(struct loom_context *context,
                                                 const struct loom_requester *from,
                                                 const struct loom_request *request,
                                                 const struct loom_path *path,
                                                 const struct loom_resource *row);

/** Shows what a server has attached to a path (rule C-13).
 *  @param inherited also what it inherits */
void loom_reporting_put_attributes(const struct loom_context *context, uint16_t ssid,
                                   const struct loom_path *path, bool inherited,
                                   struct loom_output *out);

/** Notes that the model has changed; the next step looks at what is observed. */
void loom_reporting_changed(struct loom_context *context, const struct loom_at *at,
                            enum loom_change change);

/** What became of a notification. */
void loom_reporting_notified(struct loom_context *context, uint16_t ssid, uint16_t observation,
                             enum loom_failure failure);

/** Does what is due, and says in `context->report_at` when it is to be called again. */
void loom_reporting_run(struct loom_context *context, const struct loom_report_servers *servers,
                        uint64_t now);

#endif
