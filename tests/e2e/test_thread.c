/* SPDX-License-Identifier: Apache-2.0 */
/* The whole thread over real sockets: bootstrap, registration, management, the end. */
#define _POSIX_C_SOURCE 200809L

#include "house.h"
#include "udp_peer.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static struct house house;

static void stop(void)
{
    house_close(&house);
}

TestSuite(thread, .fini = stop, .timeout = 110);

static void session(void)
{
    process_next(&house.client, "session", "uri", house.bootstrap_uri, "secure",
                 house.secure ? "true" : "false", NULL);
}

/* Rules: the hold-off passes before anything is asked. The session is there before
 * in 1.0, where the bootstrap server may begin. */
static void hold_off(const char *lwm2m)
{
    bool takes_push = strcmp(lwm2m, "1.0") == 0;
    process_next(&house.client, "factory", "accounts", "0", NULL);
    process_next(&house.client, "hold-off", "seconds", "3600", NULL);
    if (takes_push) {
        session();
    }
    process_say(&house.client, "advance 3590");
    process_next(&house.client, "done", "command", "advance", NULL);
    process_say(&house.client, "advance 10");
    if (!takes_push) {
        session();
    }
}

/* Rules: the story as the device tells it. */
static void device_story(const char *lwm2m)
{
    const char *secure = house.secure ? "true" : "false";
    struct process *client = &house.client;

    process_next(client, "bootstrap-request", "uri", house.bootstrap_uri, NULL);
    process_next(client, "bootstrap-accepted", NULL);
    process_next(client, "bootstrap-discover", "path", "/", "code", "2.05", NULL);
    process_next(client, "bootstrap-delete", "path", "/", "code", "2.02", NULL);
    process_next(client, "bootstrap-write", "path", "/0/0", "code", "2.04", NULL);
    process_next(client, "bootstrap-write", "path", "/1/0", "code", "2.04", NULL);
    process_next(client, "bootstrap-finish", "code", "2.04", NULL);
    process_event(client, "session", "ssid", HOUSE_SSID, "uri", house.server_uri, "secure", secure,
                  NULL);
    process_next(client, "register", "ssid", HOUSE_SSID, "uri", house.server_uri, "seconds", "300",
                 NULL);
    process_next(client, "registered", "ssid", HOUSE_SSID, NULL);
    cr_expect_eq(strncmp(process_member(client, "location"), "/rd/", 4), 0);
    process_event(&house.server, "registered", "endpoint", HOUSE_ENDPOINT, "lwm2m", lwm2m,
                  "lifetime", "300", "binding", "U", "secure", secure, "replaced", "false", NULL);
}

static void expect_operation(const char *operation, const char *path, const char *code)
{
    process_next(&house.bootstrap_server, "sent", "operation", operation, "path", path, NULL);
    process_next(&house.bootstrap_server, "answered", "operation", operation, "path", path, "code",
                 code, NULL);
}

/* The same story as the bootstrap server tells it. */
static void bootstrap_server_story(const char *lwm2m)
{
    struct process *server = &house.bootstrap_server;

    process_next(server, "requested", "endpoint", HOUSE_ENDPOINT, NULL);
    expect_operation("discover", "/", "2.05");
    process_next(server, "discovered", "lwm2m", lwm2m, "bootstrap_instance", "1", NULL);
    expect_operation("delete", "/", "2.02");
    expect_operation("write", "/0/0", "2.04");
    expect_operation("write", "/1/0", "2.04");
    process_next(server, "sent", "operation", "finish", NULL);
    process_next(server, "answered", "operation", "finish", "code", "2.04", NULL);
    process_next(server, "finished", "endpoint", HOUSE_ENDPOINT, NULL);
}

/* Rules B-6, B-7: the object list has what a server may see, and never object 0. */
static void object_list(void)
{
    const char *objects = process_member(&house.server, "objects");

    cr_expect_not_null(strstr(objects, "\"/1/0\""));
    cr_expect_not_null(strstr(objects, "\"/3/0\""));
    cr_expect_not_null(strstr(objects, "\"/3303/0\""));
    cr_expect_null(strstr(objects, "\"/0"), "%s", objects);
    cr_expect_null(strstr(objects, "42769"), "the draft object is hidden, rule F-1");
}

/* Rules C: read, write, execute, discover; object 0 is out of reach (C-40). */
static void management(void)
{
    const char *line = house_ask(&house, "2.05", "read %s /3/0", HOUSE_ENDPOINT);

    cr_expect_not_null(strstr(line, "{\"path\":\"/3/0/0\",\"name\":\"Manufacturer\","
                                    "\"type\":\"String\",\"value\":\"Loom\"}"),
                       "%s", line);
    house_ask(&house, "2.04", "write %s /3303/0/5750 cellar", HOUSE_ENDPOINT);
    line = house_ask(&house, "2.05", "read %s /3303/0/5750", HOUSE_ENDPOINT);
    cr_expect_not_null(strstr(line, "\"value\":\"cellar\""), "%s", line);
    process_say(&house.client, "get /3303/0/5750");
    process_event(&house.client, "value", "path", "/3303/0/5750", "value", "cellar", NULL);
    line = house_ask(&house, "2.05", "discover %s /3/0", HOUSE_ENDPOINT);
    cr_expect_not_null(strstr(line, "</3/0/0>"), "%s", line);
    house_ask(&house, "2.04", "execute %s /3/0/12", HOUSE_ENDPOINT);
    process_event(&house.client, "executed", "path", "/3/0/12", NULL);
    house_ask(&house, "4.01", "read %s /0/0", HOUSE_ENDPOINT);
    house_ask(&house, "4.04", "read %s /9999/0", HOUSE_ENDPOINT);
}

/* Rules B-3, B-18, B-19, B-22. */
static void updates(void)
{
    process_say(&house.client, "update");
    process_event(&house.client, "updated", "ssid", HOUSE_SSID, NULL);
    process_event(&house.server, "updated", "changes", "[]", NULL);
    house_ask(&house, "2.04", "write %s /1/0/1 100", HOUSE_ENDPOINT);
    process_event(&house.client, "update", "text", "lifetime", NULL);
    process_event(&house.client, "updated", NULL);
    process_event(&house.server, "updated", "changes", "[\"lifetime\"]", "lifetime", "100", NULL);
    process_say(&house.client, "advance 51"); /* half of what is shorter than 186 s */
    process_event(&house.client, "updated", NULL);
    process_event(&house.server, "updated", "changes", "[]", NULL);
}

static void expect_discretion(const struct process *process)
{
    process_never_said(process, HOUSE_BOOTSTRAP_KEY);
    process_never_said(process, HOUSE_SERVER_KEY);
}

/* Rule B-23; nobody has told a key; all end well. */
static void end(void)
{
    process_say(&house.client, "get /0");
    process_say(&house.client, "status");
    process_say(&house.bootstrap_server, "accounts");
    process_say(&house.client, "quit");
    process_event(&house.client, "deregistered", "ssid", HOUSE_SSID, NULL);
    process_event(&house.server, "deregistered", "endpoint", HOUSE_ENDPOINT, NULL);
    cr_expect_eq(process_wait(&house.client), 0);
    process_event(&house.bootstrap_server, "accounts", "count", "1", NULL);
    process_signal(&house.bootstrap_server, SIGTERM);
    cr_expect_eq(process_wait(&house.bootstrap_server), 0);
    process_signal(&house.server, SIGTERM);
    cr_expect_eq(process_wait(&house.server), 0);
    expect_discretion(&house.client);
    expect_discretion(&house.bootstrap_server);
    expect_discretion(&house.server);
}

static void whole_thread(bool secure, const char *lwm2m)
{
    house_open(&house, secure);
    house_start_client(&house, lwm2m, "3600");
    hold_off(lwm2m);
    device_story(lwm2m);
    object_list();
    bootstrap_server_story(lwm2m);
    management();
    updates();
    end();
}

Test(thread, runs_over_psk_as_1_0)
{
    whole_thread(true, "1.0");
}

/* Rule A-9, int-1, LwM2M-BOOT-010-S-M: with one key for the bootstrap server, and another for the
 * server. */
Test(thread, runs_over_psk_as_1_1)
{
    whole_thread(true, "1.1");
}

Test(thread, runs_over_psk_as_1_2)
{
    whole_thread(true, "1.2");
}

Test(thread, runs_without_security)
{
    whole_thread(false, "1.1");
}

Test(thread, ends_on_sigterm_and_goes_on_without_its_console)
{
    house_open(&house, true);
    house_start_client(&house, "1.1", "0");
    house_settle(&house);
    process_close_input(&house.client);
    house_ask(&house, "2.05", "read %s /3/0/0", HOUSE_ENDPOINT);
    process_signal(&house.client, SIGTERM);
    process_event(&house.client, "deregistered", "ssid", HOUSE_SSID, NULL);
    process_next(&house.client, "stopped", NULL);
    process_event(&house.server, "deregistered", "endpoint", HOUSE_ENDPOINT, NULL);
    cr_expect_eq(process_wait(&house.client), 0);
}

Test(thread, servers_go_on_without_their_consoles)
{
    house_open(&house, true);
    process_close_input(&house.bootstrap_server);
    process_close_input(&house.server);
    house_start_client(&house, "1.1", "0");
    house_settle(&house);
    process_say(&house.client, "quit");
    cr_expect_eq(process_wait(&house.client), 0);
    process_event(&house.server, "deregistered", NULL);
}

/* Rule B-17: a server that comes back after a crash has no DTLS session, and says nothing to the
 * Update. Two repetitions of it, 21 s at most, and not MAX_TRANSMIT_WAIT: the client has another
 * session then and registers in it, at once (B-54: it is the first attempt of its sequence). */
Test(thread, registers_again_at_a_server_that_crashed)
{
    char accounts[96];

    house_open(&house, true);
    house_start_client(&house, "1.1", "0");
    house_settle(&house);
    process_stop(&house.server);
    snprintf(accounts, sizeof accounts, "%s/server.ini", house.folder.path);
    process_start(&house.server, "loom-server", "--accounts", accounts, "--listen",
                  house.server_uri, "--json", NULL);
    process_event(&house.server, "listening", NULL);
    process_say(&house.client, "update");
    process_say(&house.client, "advance 1");
    process_event(&house.client, "done", "command", "advance", NULL);
    process_say(&house.client, "advance 21");
    process_event(&house.client, "register-failed", "failure", "timeout", NULL);
    house_settle(&house);
    cr_expect_eq(process_count(&house.client, "register-retry", NULL), 0u);
    cr_expect_eq(process_count(&house.client, "bootstrap-request", NULL), 1u);
}

/* ---- other beginnings ---- */

/* Rules A-6, A-10 (step 5), A-16: in 1.0 the operator may have a device in service bootstrapped. */
static void is_pushed(bool secure)
{
    house_open(&house, secure);
    house_start_client(&house, "1.0", "0");
    house_settle(&house);
    process_event(&house.bootstrap_server, "finished", "endpoint", HOUSE_ENDPOINT, NULL);
    process_say(&house.bootstrap_server, "push " HOUSE_ENDPOINT);
    process_event(&house.bootstrap_server, "pushed", "endpoint", HOUSE_ENDPOINT, NULL);
    process_event(&house.client, "bootstrap-push", NULL);
    process_event(&house.client, "bootstrap-finish", "code", "2.04", NULL);
    process_event(&house.client, "registered", "ssid", HOUSE_SSID, NULL);
    process_event(&house.server, "registered", "replaced", "true", NULL);
    process_event(&house.bootstrap_server, "finished", "endpoint", HOUSE_ENDPOINT, NULL);
    cr_expect_eq(process_count(&house.client, "bootstrap-request", NULL), 1u);
}

Test(thread, begins_with_a_push)
{
    is_pushed(true);
}

Test(thread, begins_with_a_push_without_security)
{
    is_pushed(false);
}

/* Rules A-100 .. A-103: our own servers and our own client agree on what a pack is. */
Test(thread, begins_with_a_pack)
{
    const char *accounts;

    house_open(&house, false);
    process_stop(&house.bootstrap_server);
    accounts = folder_write(&house.folder, "pack.ini",
                            "[endpoint " HOUSE_ENDPOINT "]\nnosec\ndelete = /0 /1\n\n"
                            "[server " HOUSE_SSID "]\nuri = %s\nnosec\nlifetime = 300\n"
                            "binding = U\n",
                            house.server_uri);
    house_start_server(&house.bootstrap_server, "loom-bootstrap-server", accounts, "coap",
                       house.bootstrap_uri, sizeof house.bootstrap_uri);
    process_start(&house.client, "loom-client", "--endpoint", HOUSE_ENDPOINT, "--bootstrap",
                  house.bootstrap_uri, "--lwm2m", "1.2", "--bootstrap-pack", "--json", NULL);
    process_event(&house.bootstrap_server, "packed", "endpoint", HOUSE_ENDPOINT, NULL);
    process_event(&house.client, "bootstrap-pack", "code", "2.05", NULL);
    house_settle(&house);
    house_ask(&house, "2.05", "read %s /1", HOUSE_ENDPOINT);
    cr_expect_eq(process_count(&house.client, "bootstrap-request", NULL), 0u);
}

/* Rule A-9: one port for all sessions, also where each has its own DTLS; twice, since the second
 * time finds the place of the first one taken until that is gone. */
Test(thread, goes_through_one_port)
{
    char port[8];
    struct udp_peer finder;
    char address[32];

    peer_open(&finder);
    snprintf(port, sizeof port, "%s", strrchr(finder.uri, ':') + 1);
    snprintf(address, sizeof address, "127.0.0.1:%s", port);
    peer_close(&finder);
    house_open(&house, true);
    process_start(&house.client, "loom-client", "--endpoint", HOUSE_ENDPOINT, "--bootstrap",
                  house.bootstrap_uri, "--identity", "bs-identity", "--key",
                  HOUSE_BOOTSTRAP_KEY_HEX, "--local-port", port, "--json", NULL);
    process_event(&house.server, "registered", "address", address, NULL);
    process_event(&house.client, "registered", NULL);
    process_say(&house.client, "address-changed");
    process_event(&house.server, "registered", "address", address, "replaced", "true", NULL);
    process_event(&house.client, "registered", NULL);
    process_say(&house.client, "bootstrap");
    process_event(&house.server, "registered", "address", address, "replaced", "true", NULL);
    house_ask(&house, "2.05", "read %s /3/0/0", HOUSE_ENDPOINT);
}
