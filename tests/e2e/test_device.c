/* SPDX-License-Identifier: Apache-2.0 */
/* The objects of the example device that say how it is, read by our own server. */
#define _POSIX_C_SOURCE 200809L

#include "house.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <ifaddrs.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>

static struct house house;

static void stop(void)
{
    house_close(&house);
}

TestSuite(device, .fini = stop, .timeout = 110);

static void wait_registered(void)
{
    process_event(&house.client, "registered", NULL);
    process_event(&house.server, "registered", "endpoint", HOUSE_ENDPOINT, NULL);
}

/* A device with an account of its command line. */
static void open_device(const char *lwm2m, const char *option, const char *value)
{
    const char *accounts;

    folder_make(&house.folder);
    accounts = folder_write(&house.folder, "server.ini", "[endpoint " HOUSE_ENDPOINT "]\nnosec\n");
    house_start_server(&house.server, "loom-server", accounts, "coap", house.server_uri,
                       sizeof house.server_uri);
    process_start(&house.client, "loom-client", "--endpoint", HOUSE_ENDPOINT, "--server",
                  house.server_uri, "--lwm2m", lwm2m, "--json", option, value, NULL);
    wait_registered();
}

/* @return the value at a path in an answer, as it stands in the line; NULL: none */
static const char *find_value(const char *line, const char *path)
{
    static char value[128];
    char wanted[64];
    const char *entry;
    const char *begin;
    const char *values = strstr(line, "\"values\":");
    size_t length;

    snprintf(wanted, sizeof wanted, "\"path\":\"%s\",", path);
    entry = values == NULL ? NULL : strstr(values, wanted);
    if (entry == NULL) {
        return NULL;
    }
    begin = strstr(entry, "\"value\":");
    cr_assert_not_null(begin, "%s", line);
    begin += strlen("\"value\":");
    if (*begin == '"') {
        begin++;
        length = strcspn(begin, "\"");
    } else {
        length = strcspn(begin, ",}");
    }
    cr_assert_lt(length, sizeof value);
    memcpy(value, begin, length);
    value[length] = '\0';
    return value;
}

static const char *value_of(const char *line, const char *path)
{
    const char *value = find_value(line, path);

    cr_assert_not_null(value, "no %s in %s", path, line);
    return value;
}

static int64_t number_of(const char *line, const char *path)
{
    return strtoll(value_of(line, path), NULL, 10);
}

static const char *ask(const char *code, const char *command, const char *rest)
{
    return house_ask(&house, code, "%s %s %s", command, HOUSE_ENDPOINT, rest);
}

static const char *read_path(const char *path)
{
    return ask("2.05", "read", path);
}

static void say_client(const char *line, const char *command)
{
    process_say(&house.client, "%s", line);
    process_event(&house.client, "done", "command", command, NULL);
}

/* ---- Device ---------------------------------------------------------------------------------- */

Test(device, tells_what_the_machine_is)
{
    struct statvfs storage;
    const char *line;
    const char *text;

    open_device("1.1", NULL, NULL);
    line = read_path("/3/0");
    cr_assert_eq(statvfs("/", &storage), 0);
    cr_expect_eq(number_of(line, "/3/0/21"),
                 (int64_t)((double)storage.f_blocks * ((double)storage.f_frsize / 1000.0)));
    cr_expect_gt(number_of(line, "/3/0/10"), 0);
    cr_expect_leq(number_of(line, "/3/0/10"), number_of(line, "/3/0/21"));
    text = value_of(line, "/3/0/14");
    cr_expect_eq(strlen(text), 6u, "%s", text);
    cr_expect(text[0] == '+' || text[0] == '-', "%s", text);

    /* What no machine tells is not there. */
    cr_expect_null(find_value(line, "/3/0/8/0"));
    ask("4.04", "read", "/3/0/8");
}

/* time() may be some milliseconds behind the clock that the device reads. */
static int64_t seconds_now(void)
{
    struct timespec now = {0, 0};
    cr_assert_eq(clock_gettime(CLOCK_REALTIME, &now), 0);
    return (int64_t)now.tv_sec;
}

Test(device, has_a_clock_that_can_be_set)
{
    int64_t before = seconds_now();
    int64_t told;

    open_device("1.1", NULL, NULL);
    told = number_of(read_path("/3/0/13"), "/3/0/13");
    cr_expect_geq(told, before);
    cr_expect_leq(told, seconds_now());

    ask("2.04", "write", "/3/0/13 1000000000");
    told = number_of(read_path("/3/0/13"), "/3/0/13");
    cr_expect_geq(told, 1000000000);
    cr_expect_lt(told, 1000000100);

    /* It runs. */
    say_client("advance 5000", "advance");
    told = number_of(read_path("/3/0"), "/3/0/13");
    cr_expect_geq(told, 1000005000);
    cr_expect_lt(told, 1000005100);

    /* What is no time changes nothing. */
    ask("2.04", "write", "/3/0/13 -9223372036854775808");
    told = number_of(read_path("/3/0/13"), "/3/0/13");
    cr_expect_geq(told, 1000005000);
    cr_expect_lt(told, 1000005200);
}

Test(device, keeps_the_zone_that_a_server_wrote)
{
    open_device("1.2", NULL, NULL);
    ask("2.04", "write", "/3/0/14 +05:45");
    ask("2.04", "write", "/3/0/15 Asia/Kathmandu");
    cr_expect_str_eq(value_of(read_path("/3/0/14"), "/3/0/14"), "+05:45");
    cr_expect_str_eq(value_of(read_path("/3/0/15"), "/3/0/15"), "Asia/Kathmandu");
}

static void expect_no_error(void)
{
    const char *line = read_path("/3/0/11");

    cr_expect_eq(number_of(line, "/3/0/11/0"), 0);
    cr_expect_null(find_value(line, "/3/0/11/1"));
}

/* Rules B.6: 0 alone is no error; each error is an instance, until they are reset. */
Test(device, lists_its_errors)
{
    const char *line;

    open_device("1.1", NULL, NULL);
    expect_no_error();
    say_client("error 7", "error");
    line = read_path("/3/0/11");
    cr_expect_eq(number_of(line, "/3/0/11/0"), 7);
    cr_expect_null(find_value(line, "/3/0/11/1"));

    say_client("error 3", "error");
    say_client("error 7", "error");
    line = read_path("/3/0/11");
    cr_expect_eq(number_of(line, "/3/0/11/0"), 3);
    cr_expect_eq(number_of(line, "/3/0/11/1"), 7);
    cr_expect_null(find_value(line, "/3/0/11/2"));

    ask("2.04", "execute", "/3/0/12");
    expect_no_error();
}

Test(device, has_room_for_all_errors)
{
    char line[32];

    open_device("1.2", NULL, NULL);
    for (unsigned i = 1; i <= 32; i = i == 8 ? 16 : i + 1) {
        snprintf(line, sizeof line, "error %u", i);
        say_client(line, "error");
    }
    cr_expect_eq(number_of(read_path("/3/0/11"), "/3/0/11/24"), 32);
    ask("2.04", "execute", "/3/0/12");
    expect_no_error();
}

Test(device, refuses_what_is_no_error)
{
    static const char *const lines[] = {"error",
                                        "error 0",
                                        "error 9",
                                        "error 15",
                                        "error 16",
                                        "error 33",
                                        "error 18446744073709551615"};

    open_device("1.1", NULL, NULL);
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        process_say(&house.client, "%s", lines[i]);
        process_event(&house.client, "error", "command", "error", NULL);
    }
    expect_no_error();
}

/* Observers hear of errors without asking. */
Test(device, notifies_errors)
{
    open_device("1.1", NULL, NULL);
    ask("2.05", "observe", "/3/0/11");
    say_client("error 4", "error");
    process_event(&house.server, "notified", "path", "/3/0/11", NULL);
    cr_expect_eq(number_of(house.server.line, "/3/0/11/0"), 4);
}

/* ---- Connectivity Monitoring ----------------------------------------------------------------- */

static bool is_address_here(const char *address)
{
    struct ifaddrs *all;
    bool found = false;

    cr_assert_eq(getifaddrs(&all), 0);
    for (const struct ifaddrs *one = all; one != NULL; one = one->ifa_next) {
        char text[INET6_ADDRSTRLEN] = "";
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;

        if (one->ifa_addr != NULL && one->ifa_addr->sa_family == AF_INET) {
            memcpy(&v4, one->ifa_addr, sizeof v4);
            inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
        } else if (one->ifa_addr != NULL && one->ifa_addr->sa_family == AF_INET6) {
            memcpy(&v6, one->ifa_addr, sizeof v6);
            inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
        }
        found = found || strcmp(text, address) == 0;
    }
    freeifaddrs(all);
    return found;
}

Test(device, tells_how_it_is_connected)
{
    static const char *const releases[] = {"1.0", "1.1", "1.2"};
    const char *line;

    for (size_t i = 0; i < 3; i++) {
        open_device(releases[i], NULL, NULL);
        line = read_path("/4/0");
        cr_expect(is_address_here(value_of(line, "/4/0/4/0")), "%s", line);
        cr_expect_eq(number_of(line, "/4/0/0"), number_of(line, "/4/0/1/0"));
        cr_expect_geq(number_of(line, "/4/0/0"), 21, "%s", line);
        house_close(&house);
        memset(&house, 0, sizeof house);
    }
}

/* ---- Location -------------------------------------------------------------------------------- */

Test(device, is_where_it_was_told_to_be)
{
    const char *line;
    int64_t before = (int64_t)time(NULL);

    open_device("1.1", "--set", "/6/0/1=13.5");
    line = read_path("/6/0");
    cr_expect_str_eq(value_of(line, "/6/0/1"), "13.5");
    cr_expect_geq(number_of(line, "/6/0/5"), before);

    ask("2.05", "observe", "/6/0/0");
    ask("2.04", "write", "/3/0/13 1000000000");
    say_client("set /6/0/0 52.25", "set");
    process_event(&house.server, "notified", "path", "/6/0/0", NULL);
    line = read_path("/6/0");
    cr_expect_str_eq(value_of(line, "/6/0/0"), "52.25");
    cr_expect_geq(number_of(line, "/6/0/5"), 1000000000);
    cr_expect_lt(number_of(line, "/6/0/5"), 1000000100);

    say_client("set /6/0/5 77", "set");
    cr_expect_eq(number_of(read_path("/6/0/5"), "/6/0/5"), 77);
}

/* ---- Connectivity Statistics ----------------------------------------------------------------- */

static void make_traffic(void)
{
    for (int i = 0; i < 12; i++) {
        read_path("/3/0");
    }
}

Test(device, counts_its_messages)
{
    char first[1024];
    const char *line;

    open_device("1.1", NULL, NULL);
    make_traffic();
    line = read_path("/7/0"); /* nobody has said Start */
    for (int i = 0; i < 6; i++) {
        char path[32];

        snprintf(path, sizeof path, "/7/0/%d", i);
        cr_expect_eq(number_of(line, path), 0, "%s", path);
    }

    ask("2.04", "execute", "/7/0/6");
    make_traffic();
    ask("2.04", "execute", "/7/0/7");
    line = read_path("/7/0");
    cr_expect_geq(number_of(line, "/7/0/2"), 1); /* 12 answers of more than 90 bytes */
    cr_expect_eq(number_of(line, "/7/0/3"), 0);  /* 13 requests of about 12 */
    cr_expect_gt(number_of(line, "/7/0/4"), 90);
    cr_expect_gt(number_of(line, "/7/0/5"), 12);
    cr_expect_lt(number_of(line, "/7/0/5"), number_of(line, "/7/0/4"));
    cr_expect_eq(number_of(line, "/7/0/0"), 0);
    cr_expect_eq(number_of(line, "/7/0/1"), 0);

    /* After Stop the counters stand. */
    snprintf(first, sizeof first, "%s", strstr(line, "\"values\":"));
    make_traffic();
    line = read_path("/7/0");
    cr_expect_str_eq(strstr(line, "\"values\":"), first);

    /* Start begins anew. */
    ask("2.04", "execute", "/7/0/6");
    line = read_path("/7/0");
    cr_expect_eq(number_of(line, "/7/0/2"), 0);
    cr_expect_lt(number_of(line, "/7/0/4"), 90);
}

Test(device, counts_for_the_collection_period)
{
    char first[1024];
    const char *line;

    open_device("1.2", NULL, NULL);
    ask("2.04", "write", "/7/0/8 600");
    ask("2.04", "execute", "/7/0/6");
    make_traffic();
    cr_expect_geq(number_of(read_path("/7/0"), "/7/0/2"), 1);
    say_client("advance 599", "advance");
    say_client("advance 2", "advance");
    line = read_path("/7/0");
    snprintf(first, sizeof first, "%s", strstr(line, "\"values\":"));
    make_traffic();
    line = read_path("/7/0");
    cr_expect_str_eq(strstr(line, "\"values\":"), first);
}

/* ---- Reboot and Factory Reset ---------------------------------------------------------------- */

static const char *state_path(void)
{
    return house.folder.path;
}

/* A device that is bootstrapped, with a key on its command line and a folder for its state. */
static void open_provisioned(void)
{
    house_open(&house, true);
    process_start(&house.client, "loom-client", "--endpoint", HOUSE_ENDPOINT, "--bootstrap",
                  house.bootstrap_uri, "--identity", "bs-identity", "--key",
                  HOUSE_BOOTSTRAP_KEY_HEX, "--state", state_path(), "--json", NULL);
    process_event(&house.client, "factory", "accounts", "0", NULL);
    house_settle(&house);
}

Test(device, reboots)
{
    int64_t now = (int64_t)time(NULL);

    open_provisioned();
    ask("2.04", "write", "/3/0/13 1000000000");
    ask("2.04", "execute", "/3/0/4");
    process_event(&house.client, "stopped", NULL);
    process_next(&house.client, "factory", "accounts", "1", NULL); /* it has its account still */
    process_next(&house.client, "session", NULL);
    process_next(&house.client, "register", NULL);
    process_event(&house.client, "registered", "ssid", HOUSE_SSID, NULL);
    process_event(&house.server, "registered", "endpoint", HOUSE_ENDPOINT, NULL);
    /* A new process knows nothing of what was not stored. */
    cr_expect_geq(number_of(read_path("/3/0/13"), "/3/0/13"), now);
    process_never_said(&house.client, HOUSE_BOOTSTRAP_KEY);

    /* And once more: the command line is as it was. */
    ask("2.04", "execute", "/3/0/4");
    process_event(&house.client, "stopped", NULL);
    process_event(&house.client, "registered", "ssid", HOUSE_SSID, NULL);
}

/* What was provisioned is gone, and is provisioned again. */
Test(device, is_reset_to_the_factory)
{
    open_provisioned();
    ask("2.04", "execute", "/3/0/5");
    process_event(&house.client, "stopped", NULL);
    process_next(&house.client, "factory", "accounts", "0", NULL);
    process_event(&house.client, "bootstrap-request", NULL);
    house_settle(&house);
}

Test(device, leaves_its_start_to_others_if_it_is_told_to)
{
    static const char *const executables[] = {"/3/0/4", "/3/0/5"};

    for (size_t i = 0; i < 2; i++) {
        open_device("1.1", "--exit-on-reboot", NULL);
        ask("2.04", "execute", executables[i]);
        process_event(&house.client, "stopped", NULL);
        cr_expect_eq(process_wait(&house.client), 3);
        house_close(&house);
        memset(&house, 0, sizeof house);
    }
}
