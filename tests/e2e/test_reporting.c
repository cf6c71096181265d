/* SPDX-License-Identifier: Apache-2.0 */
/* Information Reporting and composites between our own server and our own client. */
#define _POSIX_C_SOURCE 200809L

#include "house.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct house house;

static void stop(void)
{
    house_close(&house);
}

TestSuite(reporting, .fini = stop, .timeout = 110);

static void open_house(bool secure, const char *lwm2m)
{
    house_open(&house, secure);
    house_start_client(&house, lwm2m, "0");
    house_settle(&house);
}

/* Application Type of the temperature sensor, which nobody but the server changes. */
#define OBSERVED "/3303/0/5750"

static void write_text(const char *text)
{
    house_ask(&house, "2.04", "write %s " OBSERVED " %s", HOUSE_ENDPOINT, text);
}

static void advance(unsigned seconds)
{
    process_say(&house.client, "advance %u", seconds);
    process_event(&house.client, "done", "command", "advance", NULL);
}

/* @return its ticket */
static unsigned observe(const char *arguments)
{
    const char *line = house_ask(&house, "2.05", "observe %s %s", HOUSE_ENDPOINT, arguments);
    unsigned ticket = 0;

    cr_assert_not_null(strstr(line, "\"observing\":true"), "%s", line);
    cr_assert_eq(sscanf(process_member(&house.server, "ticket"), "%u", &ticket), 1);
    return ticket;
}

static void expect_notification(const char *text)
{
    const char *line =
        process_event(&house.server, "notified", "path", OBSERVED, "code", "2.05", NULL);

    cr_expect_not_null(strstr(line, "\"name\":\"Application Type\""), "%s", line);
    cr_expect_not_null(strstr(line, text), "%s", line);
}

/* Rules C-53, C-60, C-61: attributes, notifications at their times, the end by a request. */
static void whole_observation(bool secure)
{
    unsigned ticket;

    open_house(secure, "1.1");
    write_text("hall");
    house_ask(&house, "2.04", "write-attributes %s " OBSERVED " pmin=100 pmax=1000",
              HOUSE_ENDPOINT);
    house_ask(&house, "2.04", "write-attributes %s " OBSERVED " pmax", HOUSE_ENDPOINT);
    house_ask(&house, "2.05", "discover %s " OBSERVED, HOUSE_ENDPOINT);
    cr_expect_not_null(strstr(house.server.line, ";pmin=100"), "%s", house.server.line);
    cr_expect_null(strstr(house.server.line, "pmax"), "%s", house.server.line);
    ticket = observe(OBSERVED);
    write_text("cellar");
    advance(99);
    house_ask(&house, "2.05", "read %s " OBSERVED, HOUSE_ENDPOINT);
    cr_expect_eq(process_count(&house.server, "notified", NULL), 0u);
    advance(1);
    expect_notification("\"value\":\"cellar\"");
    house_ask(&house, "2.05", "cancel %s %u", HOUSE_ENDPOINT, ticket);
    cr_expect_eq(process_count(&house.server, "ended", "reason", "cancelled", NULL), 1u);
    write_text("attic");
    advance(2000);
    house_ask(&house, "2.05", "read %s " OBSERVED, HOUSE_ENDPOINT);
    cr_expect_eq(process_count(&house.server, "notified", NULL), 1u);
}

Test(reporting, observes_over_psk)
{
    whole_observation(true);
}

Test(reporting, observes_without_security)
{
    whole_observation(false);
}

/* Rule C-57: from 1.2 on an Observe may have attributes of its own, which Discover does not show.
 */
Test(reporting, observes_with_attributes_of_its_own)
{
    unsigned ticket;

    open_house(true, "1.2");
    write_text("hall");
    house_ask(&house, "2.04", "write-attributes %s " OBSERVED " pmin=100", HOUSE_ENDPOINT);
    ticket = observe(OBSERVED " pmin=10 senml-cbor");
    house_ask(&house, "2.05", "discover %s " OBSERVED, HOUSE_ENDPOINT);
    cr_expect_not_null(strstr(house.server.line, ";pmin=100"), "%s", house.server.line);
    write_text("cellar");
    advance(9);
    house_ask(&house, "2.05", "read %s " OBSERVED, HOUSE_ENDPOINT);
    cr_expect_eq(process_count(&house.server, "notified", NULL), 0u);
    advance(1);
    expect_notification("\"value\":\"cellar\"");
    cr_expect_str_eq(process_member(&house.server, "content_format"), "112");
    house_ask(&house, "2.05", "cancel %s %u", HOUSE_ENDPOINT, ticket);
}

Test(reporting, an_observe_of_1_1_has_no_attributes)
{
    open_house(true, "1.1");
    write_text("hall");
    house_ask(&house, "4.00", "observe %s " OBSERVED " pmin=10", HOUSE_ENDPOINT);
}

/* Rule C-61: the server forgets an observation, and a Reset ends it at the client. */
Test(reporting, is_cancelled_by_a_reset)
{
    unsigned ticket;

    open_house(true, "1.1");
    write_text("hall");
    ticket = observe(OBSERVED);
    process_say(&house.server, "cancel %s %u silently", HOUSE_ENDPOINT, ticket);
    process_event(&house.server, "ended", "reason", "cancelled", NULL);
    write_text("cellar");
    advance(1);
    house_ask(&house, "2.05", "read %s " OBSERVED, HOUSE_ENDPOINT);
    write_text("attic");
    advance(1);
    house_ask(&house, "2.05", "read %s " OBSERVED, HOUSE_ENDPOINT);
    process_say(&house.client, "quit");
    process_event(&house.client, "stopped", NULL);
    cr_expect_eq(process_count(&house.client, "notify", NULL), 1u);
    cr_expect_eq(process_count(&house.server, "notified", NULL), 0u);
}

/* Rule C-62: a new Register ends what was observed, at both ends. */
Test(reporting, ends_with_a_new_register)
{
    open_house(true, "1.1");
    write_text("hall");
    (void)observe(OBSERVED);
    process_say(&house.client, "bootstrap");
    process_event(&house.server, "ended", "path", OBSERVED, NULL);
    process_event(&house.server, "registered", "replaced", "true", NULL);
    process_event(&house.client, "registered", NULL);
    write_text("cellar");
    advance(100);
    house_ask(&house, "2.05", "read %s " OBSERVED, HOUSE_ENDPOINT);
    cr_expect_eq(process_count(&house.server, "notified", NULL), 0u);
    process_say(&house.server, "observations");
    process_event(&house.server, "observations", "count", "0", NULL);
}

/* Rules C-30, C-57, C-61: a list of paths is observed as one; its end is a request with the same
 * list. */
Test(reporting, observes_several_objects)
{
    static const char list[] = OBSERVED " /3/0/0";
    unsigned ticket;
    const char *line;

    open_house(true, "1.2");
    write_text("hall");
    line = house_ask(&house, "2.05", "observe-composite %s %s pmin=10", HOUSE_ENDPOINT, list);
    cr_assert_not_null(strstr(line, "\"observing\":true"), "%s", line);
    cr_assert_eq(sscanf(process_member(&house.server, "ticket"), "%u", &ticket), 1);
    write_text("cellar");
    advance(9);
    house_ask(&house, "2.05", "read %s " OBSERVED, HOUSE_ENDPOINT);
    cr_expect_eq(process_count(&house.server, "notified", NULL), 0u);
    advance(1);
    line = process_event(&house.server, "notified", "code", "2.05", NULL);
    cr_expect_not_null(strstr(line, "\"value\":\"cellar\""), "%s", line);
    cr_expect_not_null(strstr(line, "\"name\":\"Manufacturer\""), "%s", line);
    house_ask(&house, "2.05", "cancel %s %u", HOUSE_ENDPOINT, ticket);
    cr_expect_eq(process_count(&house.server, "ended", "reason", "cancelled", NULL), 1u);
    write_text("attic");
    advance(100);
    house_ask(&house, "2.05", "read %s " OBSERVED, HOUSE_ENDPOINT);
    cr_expect_eq(process_count(&house.server, "notified", NULL), 1u);
}

static void start_with_state(void)
{
    process_start(&house.client, "loom-client", "--endpoint", HOUSE_ENDPOINT, "--bootstrap",
                  house.bootstrap_uri, "--lwm2m", "1.1", "--state", house.folder.path, "--json",
                  NULL);
}

/* Rule C-62: a device that is killed registers anew when it comes back, so its server observes
 * again; what that has attached is still there. */
Test(reporting, attributes_outlive_the_program)
{
    house_open(&house, false);
    start_with_state();
    house_settle(&house);
    write_text("hall");
    house_ask(&house, "2.04", "write-attributes %s " OBSERVED " pmin=100", HOUSE_ENDPOINT);
    (void)observe(OBSERVED);
    process_stop(&house.client);
    start_with_state();
    process_event(&house.client, "registered", NULL);
    process_event(&house.server, "ended", "path", OBSERVED, NULL);
    write_text("hall");
    house_ask(&house, "2.05", "discover %s " OBSERVED, HOUSE_ENDPOINT);
    cr_expect_not_null(strstr(house.server.line, ";pmin=100"), "%s", house.server.line);
    (void)observe(OBSERVED);
    write_text("cellar");
    advance(99);
    house_ask(&house, "2.05", "read %s " OBSERVED, HOUSE_ENDPOINT);
    cr_expect_eq(process_count(&house.server, "notified", NULL), 0u);
    advance(1);
    expect_notification("\"value\":\"cellar\"");
}

static void read_in(const char *format, const char *number, const char *path)
{
    const char *line = house_ask(&house, "2.05", "read %s %s %s", HOUSE_ENDPOINT, path, format);

    cr_expect_not_null(strstr(line, "{\"path\":\"" OBSERVED "\",\"name\":\"Application Type\","
                                    "\"type\":\"String\",\"value\":\"hall\"}"),
                       "%s: %s", format, line);
    cr_expect_str_eq(process_member(&house.server, "content_format"), number, "%s", format);
}

/* Rule C-11: the server says in which format it wants the answer, and reads all of them. */
Test(reporting, reads_in_the_format_that_is_asked_for)
{
    open_house(true, "1.2");
    write_text("hall");
    read_in("text", "0", OBSERVED);
    read_in("cbor", "60", OBSERVED);
    read_in("senml-json", "110", "/3303/0");
    read_in("senml-cbor", "112", "/3303/0");
    read_in("tlv", "11542", "/3303/0");
    read_in("lwm2m-cbor", "11544", "/3303/0");
    house_ask(&house, "4.06", "read %s /3303/0 text", HOUSE_ENDPOINT);
    house_ask(&house, "4.06", "read %s " OBSERVED " 12345", HOUSE_ENDPOINT);
}

/* Rules C-30, C-31, D-36: several objects at once. */
Test(reporting, reads_and_writes_several_objects)
{
    const char *line;

    open_house(true, "1.1");
    house_ask(&house, "2.04", "write-composite %s " OBSERVED "=hall /1/0/3=1000", HOUSE_ENDPOINT);
    line = house_ask(&house, "2.05", "read-composite %s /3/0/0 " OBSERVED " /1/0/3 /9999",
                     HOUSE_ENDPOINT);
    cr_expect_not_null(strstr(line, "\"path\":\"/3/0/0\",\"name\":\"Manufacturer\""), "%s", line);
    cr_expect_not_null(strstr(line, "\"value\":\"hall\""), "%s", line);
    cr_expect_not_null(strstr(line, "\"name\":\"Default Maximum Period\",\"type\":\"Integer\","
                                    "\"value\":1000"),
                       "%s", line);
    house_ask(&house, "4.04", "read-composite %s /9999", HOUSE_ENDPOINT);
}

/* C-34, B-74: a Send goes to a server that has unmuted it; what waits for a registration has the
 * time at which it was true. */
Test(reporting, send)
{
    open_house(true, "1.1");
    process_say(&house.client, "send " OBSERVED);
    const char *line = process_event(&house.client, "error", "command", "send", NULL);
    cr_expect_not_null(strstr(line, "1/x/23"), "%s", line);
    write_text("cellar");
    house_ask(&house, "2.04", "write %s /1/0/23 false", HOUSE_ENDPOINT);
    process_say(&house.client, "send " OBSERVED " /1/0/1");
    line = process_event(&house.server, "received", "endpoint", HOUSE_ENDPOINT, NULL);
    cr_expect_not_null(strstr(line, "\"value\":\"cellar\""), "%s", line);
    cr_expect_not_null(strstr(line, "\"path\":\"/1/0/1\""), "%s", line);
    /* That of the event is before them. */
    const char *values = strstr(line, "\"values\":");
    cr_assert_not_null(values, "%s", line);
    cr_expect_null(strstr(values, "\"time\":"), "%s", line);
    process_event(&house.client, "send-delivered", "number", "2", "code", "2.04", NULL);
    process_say(&house.client, "deregister");
    process_event(&house.client, "deregistered", NULL);
    process_say(&house.client, "send " OBSERVED);
    advance(20);
    process_say(&house.client, "update");
    line = process_event(&house.server, "received", "endpoint", HOUSE_ENDPOINT, NULL);
    cr_expect_not_null(strstr(line, "\"value\":\"cellar\""), "%s", line);
    cr_expect_not_null(strstr(line, "\"time\":"), "%s", line);
    process_event(&house.client, "send-delivered", "number", "3", NULL);
}
