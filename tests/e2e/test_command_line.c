/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines and files that the programs cannot start with: status 2 or 1, and a reason. */
#define _POSIX_C_SOURCE 200809L

#include "house.h"

#include <criterion/criterion.h>
#include <string.h>

static struct house house;

static void stop(void)
{
    house_close(&house);
}

TestSuite(command_line, .fini = stop, .timeout = 60);

#define MAX_ARGUMENTS 12

struct wrong {
    int status;
    const char *reason; /* stands in the message */
    const char *arguments[MAX_ARGUMENTS];
};

static void expect_end(const char *program, const char *const *arguments, int status,
                       const char *reason)
{
    struct process process = {.name = NULL};

    process_start_with(&process, program, arguments);
    cr_expect_eq(process_wait(&process), status, "%s should end with %d for '%s'", program, status,
                 reason);
    process_error_with(&process, reason);
    process_stop(&process);
}

static void expect_refusals(const char *program, const struct wrong *wrong, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        expect_end(program, wrong[i].arguments, wrong[i].status, wrong[i].reason);
    }
}

#define REFUSALS(program, wrong) expect_refusals(program, wrong, sizeof(wrong) / sizeof(wrong)[0])

#define NAMED   "--endpoint", "probe"
#define TO      "--bootstrap", "coap://127.0.0.1"
#define LONG_64 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

Test(command_line, client)
{
    static const struct wrong wrong[] = {
        {2, "--endpoint NAME is missing", {TO}},
        {2, "--endpoint NAME is missing", {"--endpoint", "", TO}},
        {2, "longer than 252 bytes", {"--endpoint", LONG_64 LONG_64 LONG_64 LONG_64, TO}},
        {2, "neither --bootstrap URI nor --server URI", {NAMED}},
        {2, "must begin with coap:// or coaps://", {NAMED, "--bootstrap", "127.0.0.1"}},
        {2, "must begin with coap:// or coaps://", {NAMED, "--server", "http://127.0.0.1"}},
        {2, "must not have a path", {NAMED, "--server", "coap://127.0.0.1/rd"}},
        {2, "must not have a path", {NAMED, "--server", "COAP://127.0.0.1/rd"}},
        {2, "must not have a path", {NAMED, "--bootstrap", "coap://127.0.0.1:5683?x"}},
        {2, "has no host", {NAMED, "--server", "coap:///rd"}},
        {2, "needs --identity and --key", {NAMED, "--server", "coaps://127.0.0.1"}},
        {2, "needs --identity and --key", {NAMED, "--server", "COAPS://127.0.0.1"}},
        {2, "needs --identity and --key", {NAMED, "--server", "coaps://127.0.0.1", "--key", "00"}},
        {2, "--firmware needs --state", {NAMED, TO, "--firmware", "image"}},
        {2, "need --firmware", {NAMED, TO, "--defer-updates"}},
        {2, "1 to 255, not: 256", {NAMED, TO, "--firmware-attempts", "256"}},
        {2, "64 hexadecimal digits, not: 00", {NAMED, TO, "--firmware-sha256", "00"}},
        {2, "two hexadecimal digits", {NAMED, TO, "--key", "123"}},
        {2, "two hexadecimal digits", {NAMED, TO, "--key", ""}},
        {2, "two hexadecimal digits", {NAMED, TO, "--key", LONG_64 LONG_64 "00"}},
        {2, "not a hexadecimal digit", {NAMED, TO, "--key", "secret"}},
        {2, "/nowhere", {NAMED, TO, "--key", "@/nowhere/key"}},
        {2, "--hold-off must be 0 to 4294967295 seconds", {NAMED, TO, "--hold-off", "-1"}},
        {2, "--hold-off must be 0 to 4294967295 seconds", {NAMED, TO, "--hold-off", "4294967296"}},
        {2, "--lifetime must be 0 to 4294967295 seconds", {NAMED, TO, "--lifetime", "long"}},
        {2, "--lwm2m must be 1.0, 1.1 or 1.2", {NAMED, TO, "--lwm2m", "2.0"}},
        {2, "--oldest-lwm2m must be 1.0, 1.1 or 1.2", {NAMED, TO, "--oldest-lwm2m", "1"}},
        {2, "is newer than --lwm2m", {NAMED, TO, "--oldest-lwm2m", "1.2"}},
        {2, "need --lwm2m 1.2", {NAMED, TO, "--bootstrap-pack"}},
        {2, "need --lwm2m 1.2", {NAMED, TO, "--profile-id", "oma:x", "--lwm2m", "1.1"}},
        {2, "--local-port must be 1 to 65535", {NAMED, TO, "--local-port", "0"}},
        {2, "--local-port must be 1 to 65535", {NAMED, TO, "--local-port", "65536"}},
        {2, "--secure-retransmit must be 1 to 4", {NAMED, TO, "--secure-retransmit", "0"}},
        {2, "--secure-retransmit must be 1 to 4", {NAMED, TO, "--secure-retransmit", "5"}},
        {2, "--answer-max must be 16 to 65536", {NAMED, TO, "--answer-max", "15"}},
        {2, "--answer-max must be 16 to 65536", {NAMED, TO, "--answer-max", "65537"}},
        {2, "--answer-max must be 16 to 65536", {NAMED, TO, "--answer-max", "all"}},
        {2, "--set needs PATH=VALUE", {NAMED, TO, "--set", "/3/0/9"}},
        {1, "--set /3/0/9: ", {NAMED, TO, "--set", "/3/0/9=full"}},
        {1, "--set /1/0/17: ", {NAMED, TO, "--set", "/1/0/17=3"}}, /* no such account */
        {1, "--set : ", {NAMED, TO, "--set", "="}},
        {2, "unexpected argument", {NAMED, TO, "more"}},
        {2, "--help", {"--endpoints", "probe"}},
        {2, "--help", {NAMED, "--bootstrap"}},
        {1, "/nowhere", {NAMED, TO, "--state", "/nowhere"}},
        {1, "/dev/null", {NAMED, TO, "--state", "/dev/null"}},
        {1, "/proc", {NAMED, TO, "--state", "/proc"}}, /* not even root may write there */
    };

    REFUSALS("loom-client", wrong);
}

/* A key with a slip in it is a key all the same. */
Test(command_line, key_with_a_slip)
{
    process_start(&house.client, "loom-client", NAMED, TO, "--key", HOUSE_SERVER_KEY_HEX "zz",
                  NULL);
    cr_expect_eq(process_wait(&house.client), 2);
    process_never_said(&house.client, HOUSE_SERVER_KEY);
}

#define LISTEN "--listen", "coap://127.0.0.1:0"

Test(command_line, server)
{
    static const struct wrong wrong[] = {
        {2, "--listen is required", {"--nosec-any"}},
        {2, "--accounts, --nosec-any, or --store with --store-key is required", {LISTEN}},
        {2,
         "--nosec-any cannot be used with --accounts",
         {"--nosec-any", "--accounts", "x", LISTEN}},
        {2, "only options are accepted", {"--nosec-any", LISTEN, "more"}},
        {2, "--help", {"--nosec"}},
        {1, "/nowhere", {"--accounts", "/nowhere", LISTEN}},
        {1, "cannot listen on http://", {"--nosec-any", "--listen", "http://127.0.0.1:0"}},
        {1, "cannot listen on coap://192.0.2.1", {"--nosec-any", "--listen", "coap://192.0.2.1:0"}},
        {1,
         "cannot listen on coap://127.0.0.1:65536",
         {"--nosec-any", "--listen", "coap://127.0.0.1:65536"}},
    };

    REFUSALS("loom-server", wrong);
}

Test(command_line, bootstrap_server)
{
    static const struct wrong wrong[] = {
        {2, "--listen is required", {"--accounts", "x"}},
        {2, "--accounts or --store is required", {LISTEN}},
        {2, "--nosec-any", {"--nosec-any", LISTEN}},
        {2, "--help", {"--account", "x", "--what"}},
        {1, "/nowhere", {"--accounts", "/nowhere", LISTEN}},
    };

    REFUSALS("loom-bootstrap-server", wrong);
}

/* All errors of a configuration file, each with its place; the command line wins over a good one.
 */
Test(command_line, configuration_file)
{
    const char *file;

    folder_make(&house.folder);
    file = folder_write(&house.folder, "bad.conf",
                        "listen = coap://127.0.0.1:0\nlisten\ncolor = blue\n");
    process_start(&house.server, "loom-server", "--config", file, NULL);
    cr_expect_eq(process_wait(&house.server), 1);
    process_error_with(&house.server, "bad.conf:2:1: error: ");
    process_error_with(&house.server, "bad.conf:3:1: error: ");
    process_stop(&house.server);

    file = folder_write(&house.folder, "good.conf",
                        "listen = nonsense\nnosec-any = yes\nlog-format = json\n");
    process_start(&house.server, "loom-server", "--config", file, LISTEN, NULL);
    process_event(&house.server, "listening", NULL);
}

/* A port that is taken. */
Test(command_line, port_in_use)
{
    const char *arguments[] = {"--nosec-any", "--listen", house.server_uri, NULL};

    process_start(&house.server, "loom-server", "--nosec-any", LISTEN, "--json", NULL);
    process_event(&house.server, "listening", NULL);
    strcpy(house.server_uri, process_member(&house.server, "uri"));
    expect_end("loom-server", arguments, 1, "cannot listen on");
}

/* One of --local-port. */
Test(command_line, port_of_the_client_in_use)
{
    const char *arguments[] = {NAMED, TO, "--local-port", house.server_uri, NULL};
    const char *port;

    process_start(&house.server, "loom-server", "--nosec-any", LISTEN, "--json", NULL);
    process_event(&house.server, "listening", NULL);
    port = strrchr(process_member(&house.server, "uri"), ':') + 1;
    strcpy(house.server_uri, port);
    expect_end("loom-client", arguments, 1, "--local-port is not available");
}

/* What is set may be a key: it is not told. */
Test(command_line, setting_with_a_slip)
{
    process_start(&house.client, "loom-client", NAMED, TO, "--set", "/0/1/2=" HOUSE_SERVER_KEY_HEX,
                  NULL);
    cr_expect_eq(process_wait(&house.client), 1);
    process_never_said(&house.client, HOUSE_SERVER_KEY);
}

/* All errors of a file, each with its place; never a key. */
Test(command_line, errors_in_an_accounts_file)
{
    const char *file;

    folder_make(&house.folder);
    file = folder_write(&house.folder, "bad.ini",
                        "[endpoint one]\n"
                        "identity = one\n"
                        "key = " HOUSE_SERVER_KEY_HEX "zz\n"
                        "\n"
                        "[endpoint two]\n"
                        "color = blue\n"
                        "[server 65535]\n");
    process_start(&house.server, "loom-bootstrap-server", "--accounts", file, LISTEN, NULL);
    cr_expect_eq(process_wait(&house.server), 1);
    process_error_with(&house.server, "bad.ini:3:7: error: ");
    process_error_with(&house.server, "bad.ini:6:1: error: ");
    process_error_with(&house.server, "bad.ini:7:9: error: ");
    process_never_said(&house.server, HOUSE_SERVER_KEY);
}

static void expect_output(const char *program, const char *option, const char *text)
{
    struct process process = {.name = NULL};

    process_start(&process, program, option, NULL);
    process_output_with(&process, text);
    cr_expect_eq(process_wait(&process), 0);
    process_stop(&process);
}

Test(command_line, help_and_version)
{
    expect_output("loom-client", "--help", "Usage: loom-client");
    expect_output("loom-client", "--version", "loom-client 0.");
    expect_output("loom-server", "--help", "Usage: loom-server");
    expect_output("loom-server", "--version", "loom-server 0.");
    expect_output("loom-bootstrap-server", "--help", "Usage: loom-bootstrap-server");
    expect_output("loom-bootstrap-server", "--version", "loom-bootstrap-server 0.");
}

/* A key from a file is as good as one from the command line, and is told as little. */
Test(command_line, key_from_a_file)
{
    char key[280];

    house_open(&house, true);
    key[0] = '@';
    strcpy(key + 1, folder_write(&house.folder, "key", "%s\n", HOUSE_SERVER_KEY_HEX));
    process_start(&house.client, "loom-client", "--endpoint", HOUSE_ENDPOINT, "--server",
                  house.server_uri, "--identity", "dm-identity", "--key", key, "--json", NULL);
    process_event(&house.client, "registered", NULL);
    process_never_said(&house.client, HOUSE_SERVER_KEY);
}
