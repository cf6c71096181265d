/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "house.h"

#include <criterion/criterion.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define BOOTSTRAP_CREDENTIALS                                                                      \
    "identity = bs-identity\n"                                                                     \
    "key = " HOUSE_BOOTSTRAP_KEY_HEX "\n"
#define SERVER_CREDENTIALS                                                                         \
    "identity = dm-identity\n"                                                                     \
    "key = " HOUSE_SERVER_KEY_HEX "\n"

void house_start_server(struct process *process, const char *program, const char *accounts,
                        const char *scheme, char *uri, size_t size)
{
    char listen[32];

    snprintf(listen, sizeof listen, "%s://127.0.0.1:0", scheme);
    process_start(process, program, "--accounts", accounts, "--listen", listen, "--json", NULL);
    process_event(process, "listening", NULL);
    snprintf(uri, size, "%s", process_member(process, "uri"));
}

void house_open(struct house *house, bool secure)
{
    const char *scheme = secure ? "coaps" : "coap";
    const char *accounts;

    house->secure = secure;
    folder_make(&house->folder);
    accounts = folder_write(&house->folder, "server.ini", "[endpoint " HOUSE_ENDPOINT "]\n%s",
                            secure ? SERVER_CREDENTIALS : "nosec\n");
    house_start_server(&house->server, "loom-server", accounts, scheme, house->server_uri,
                       sizeof house->server_uri);
    accounts = folder_write(&house->folder, "bootstrap.ini",
                            "[endpoint " HOUSE_ENDPOINT "]\n%sdelete = /\n\n"
                            "[server " HOUSE_SSID "]\nuri = %s\n%slifetime = 300\nbinding = U\n",
                            secure ? BOOTSTRAP_CREDENTIALS : "nosec\n", house->server_uri,
                            secure ? SERVER_CREDENTIALS : "nosec\n");
    house_start_server(&house->bootstrap_server, "loom-bootstrap-server", accounts, scheme,
                       house->bootstrap_uri, sizeof house->bootstrap_uri);
}

void house_start_client(struct house *house, const char *lwm2m, const char *hold_off)
{
    if (house->secure) {
        process_start(&house->client, "loom-client", "--endpoint", HOUSE_ENDPOINT, "--bootstrap",
                      house->bootstrap_uri, "--identity", "bs-identity", "--key",
                      HOUSE_BOOTSTRAP_KEY_HEX, "--lwm2m", lwm2m, "--hold-off", hold_off, "--json",
                      NULL);
    } else {
        process_start(&house->client, "loom-client", "--endpoint", HOUSE_ENDPOINT, "--bootstrap",
                      house->bootstrap_uri, "--lwm2m", lwm2m, "--hold-off", hold_off, "--json",
                      NULL);
    }
}

void house_settle(struct house *house)
{
    process_event(&house->client, "registered", "ssid", HOUSE_SSID, NULL);
    process_event(&house->server, "registered", "endpoint", HOUSE_ENDPOINT, NULL);
}

void house_close(struct house *house)
{
    process_stop(&house->client);
    process_stop(&house->server);
    process_stop(&house->bootstrap_server);
    folder_remove(&house->folder);
}

const char *house_ask(struct house *house, const char *code, const char *format, ...)
{
    char line[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    process_say(&house->server, "%s", line);
    process_event(&house->server, "answered", "endpoint", HOUSE_ENDPOINT, NULL);
    cr_expect_str_eq(process_member(&house->server, "code"), code, "%s", line);
    return house->server.line;
}
