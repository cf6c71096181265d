/* SPDX-License-Identifier: Apache-2.0 */
/** All three programs, each real, for one device. */
#ifndef LOOM_TESTS_E2E_HOUSE_H
#define LOOM_TESTS_E2E_HOUSE_H

#include "folder.h"
#include "process.h"

#define HOUSE_ENDPOINT "urn:dev:os:0023C7-000001"
#define HOUSE_SSID     "101"

/* Keys that can be read, so that one that is told can be seen in any form. */
#define HOUSE_BOOTSTRAP_KEY     "bootstrap-secret"
#define HOUSE_BOOTSTRAP_KEY_HEX "626f6f7473747261702d736563726574"
#define HOUSE_SERVER_KEY        "Management/Psk+1"
#define HOUSE_SERVER_KEY_HEX    "4d616e6167656d656e742f50736b2b31"

struct house {
    struct folder folder;
    bool secure; /**< DTLS-PSK; else NoSec */
    struct process bootstrap_server;
    struct process server;
    struct process client;
    char bootstrap_uri[64];
    char server_uri[64];
};

/** Starts both servers at free ports. The device gets an account with a lifetime of 300 s, after a
 *  `DELETE /`. */
void house_open(struct house *house, bool secure);
/** Starts the client with an account of the bootstrap server alone, and that hold-off in seconds.
 */
void house_start_client(struct house *house, const char *lwm2m, const char *hold_off);
/** Waits until the client has bootstrapped and registered. */
void house_settle(struct house *house);
/** Kills what still runs and removes the files. */
void house_close(struct house *house);

/** Says a line on the console of the LwM2M server and waits for the client's answer to it.
 *  @return the line of the server's event `answered`; a member is to be had from `server` */
const char *house_ask(struct house *house, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/** Starts one of the servers with `--json`, and `--listen` at a free port of `scheme`.
 *  @param uri out: where it listens */
void house_start_server(struct process *process, const char *program, const char *accounts,
                        const char *scheme, char *uri, size_t size);

#endif
