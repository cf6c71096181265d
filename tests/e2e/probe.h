/* SPDX-License-Identifier: Apache-2.0 */
/** loom-client between a scripted bootstrap server and a scripted LwM2M server, both without
 *  security, so that the tests see and say every byte. */
#ifndef LOOM_TESTS_E2E_PROBE_H
#define LOOM_TESTS_E2E_PROBE_H

#include "process.h"
#include "tlv.h"
#include "udp_peer.h"

#define PROBE_ENDPOINT    "probe"
#define PROBE_SSID        "7"
#define PROBE_SSID_NUMBER 7
#define PROBE_NOSEC       3
#define PROBE_LOCATION    "/rd/5"
/** Where the client keeps the account of its command line (examples/client). */
#define PROBE_ACCOUNT     "/0/1"
#define PROBE_OPTIONS_MAX 12

struct probe {
    struct process client;
    struct udp_peer bootstrap;
    struct udp_peer server;
    /* set before the start */
    bool server_away;                           /**< nobody listens at the port of `server` */
    char state[128];                            /**< the --state directory; empty: none */
    const char *options[PROBE_OPTIONS_MAX + 1]; /**< more of the command line, ends with NULL */
    unsigned marks;                             /**< private to probe_advance() */
};

/** Opens the peers and starts the client with `--bootstrap`. */
void probe_start(struct probe *probe, const char *lwm2m);
/** The same with `--server` alone. */
void probe_start_without_bootstrap(struct probe *probe, const char *lwm2m, const char *lifetime);
/** The same with both, and that lifetime. */
void probe_start_with_server(struct probe *probe, const char *lwm2m, const char *lifetime);
/** Ends the client, at once, and starts it again with `--bootstrap`. */
void probe_restart(struct probe *probe, const char *lwm2m);
void probe_stop(struct probe *probe);

/* ---- bootstrap ------------------------------------------------------------------------------- */

/** Waits for the Bootstrap-Request and answers it 2.04. */
void probe_accept(struct probe *probe);
/** Refuses it; the client waits then. */
void probe_refuse(struct probe *probe, uint8_t code);
/** Waits for a `bootstrap-retry` of about so many seconds: up to half as many more are added by
 *  chance (rules ). @return seconds after which the attempt is made for sure */
unsigned probe_expect_retry(struct probe *probe, unsigned seconds);
/** Starts and accepts in one. */
void probe_begin(struct probe *probe, const char *lwm2m);

/** A Security instance of a server without security, in TLV; `ssid` 0: without one. */
struct tlv probe_security(const char *uri, int64_t mode, int64_t ssid);
/** A Server instance in TLV. */
struct tlv probe_server(int64_t ssid, int64_t lifetime);
/** Bootstrap-Write of an instance. @return the code of the answer */
uint8_t probe_write(struct probe *probe, const char *path, const struct tlv *tlv);
/** Writes a whole account for the scripted server: /0/`instance` and /1/`instance`. */
void probe_provision(struct probe *probe, unsigned instance, int64_t lifetime);

/** Bootstrap-Finish. @return the code of the answer */
uint8_t probe_finish(struct probe *probe);

/* ---- registration ---------------------------------------------------------------------------- */

/** Waits for the Register and answers 2.01 with /rd/5; the client is registered then. */
void probe_register(struct probe *probe);
/** Waits for the Register, for the test to answer. */
void probe_expect_register(struct probe *probe, struct message *request);
/** Everything up to being registered by way of a bootstrap. */
void probe_settle(struct probe *probe, const char *lwm2m, int64_t lifetime);

/** Waits for an Update at /rd/5, whose arguments must be these, such as `?lt=60`. */
void probe_expect_update(struct probe *probe, struct message *request, const char *arguments);

/* ---- the console ----------------------------------------------------------------------------- */

/** Moves the client's clock and waits until it is done. */
void probe_advance(struct probe *probe, unsigned seconds);
/** Checks a value by the console; NULL: there is none. */
void probe_expect_value(struct probe *probe, const char *path, const char *value);

#endif
