/* SPDX-License-Identifier: Apache-2.0 */
/* loomctl: the REST interface of the servers, for people and scripts. */
#define _POSIX_C_SOURCE 200809L

#include "loomctl/loomctl.h"
#include "programs/version.h"

#include <getopt.h>
#include <gnutls/gnutls.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_SERVER "http://127.0.0.1:8080"
#define WAIT_MAX       60u

#define OPERATION(word, what, text, least_count, most_count)                                       \
    {                                                                                              \
        .name = word, .arguments = what, .help = text, .least = least_count, .most = most_count,   \
        .operation = word, .run = loom_ctl_operate                                                 \
    }
#define PLAIN(word, what, text, number, how, where)                                                \
    {                                                                                              \
        .name = word, .arguments = what, .help = text, .least = number, .most = number,            \
        .method = how, .target = where, .run = loom_ctl_plain                                      \
    }
#define ANY(word, what, text, most_count, how)                                                     \
    {                                                                                              \
        .name = word, .arguments = what, .help = text, .least = 1, .most = most_count,             \
        .method = how, .run = loom_ctl_any                                                         \
    }

static const struct loom_ctl_command commands[] = {
    {.name = "clients",
     .arguments = "[SEARCH]",
     .help = "registered devices: endpoint, address, version, binding, last seen, awake or asleep",
     .most = 1,
     .run = loom_ctl_clients},
    {.name = "endpoints",
     .arguments = "[SEARCH]",
     .help = "their names alone",
     .most = 1,
     .run = loom_ctl_endpoints},
    PLAIN("client", "EP", "one registration", 1, "GET", "/v1/clients/{}"),
    {.name = "values",
     .arguments = "EP [PATH]",
     .help = "what a device has last told",
     .least = 1,
     .most = 2,
     .run = loom_ctl_values},
    OPERATION("read", "EP PATH [FORMAT]", "e.g. loomctl read my-device /3/0", 2, 3),
    OPERATION("write", "EP PATH VALUE | RESOURCE=VALUE ...", "a resource, or a whole instance", 3,
              -1),
    {.name = "update",
     .arguments = "EP PATH RESOURCE=VALUE ...",
     .help = "some resources of an instance",
     .least = 3,
     .most = -1,
     .operation = "partial-update",
     .run = loom_ctl_operate},
    OPERATION("execute", "EP PATH [ARGUMENTS]", "e.g. loomctl execute my-device /3/0/4", 2, 3),
    OPERATION("discover", "EP PATH [DEPTH]", "objects, instances, resources, attributes", 2, 3),
    OPERATION("create", "EP PATH [RESOURCE=VALUE ...]", "an instance", 2, -1),
    OPERATION("delete", "EP PATH", "an instance, or a resource instance", 2, 2),
    OPERATION("write-attributes", "EP PATH NAME[=VALUE] ...", "without a value: unset", 3, -1),
    OPERATION("observe", "EP PATH [FORMAT]", "notifications are events", 2, 3),
    OPERATION("read-composite", "EP PATH ...", "several paths", 2, -1),
    OPERATION("write-composite", "EP PATH=VALUE ...", "several resources, all or none", 2, -1),
    OPERATION("observe-composite", "EP PATH ...", "several paths", 2, -1),
    PLAIN("observations", "EP", "what is observed", 1, "GET", "/v1/clients/{}/observations"),
    PLAIN("unobserve", "EP TICKET", "end an observation", 2, "DELETE",
          "/v1/clients/{}/observations/{}"),
    PLAIN("commands", "EP", "commands of a device", 1, "GET", "/v1/clients/{}/commands"),
    PLAIN("command", "ID", "what has become of a command", 1, "GET", "/v1/commands/{}"),
    PLAIN("cancel", "ID", "take back a command that was not sent", 1, "DELETE", "/v1/commands/{}"),
    {.name = "bootstrap",
     .arguments = "EP",
     .help = "start a bootstrap, or have loom-server ask the device for one",
     .least = 1,
     .most = 1,
     .run = loom_ctl_bootstrap},
    {.name = "bootstraps",
     .arguments = "",
     .help = "those in progress: endpoint, address, operation sent, answered, seconds",
     .run = loom_ctl_bootstraps},
    {.name = "image",
     .arguments = "list | put FILE [NAME] [version=V] [model=M] | delete NAME",
     .help = "firmware images",
     .least = 1,
     .most = 5,
     .run = loom_ctl_image},
    {.name = "campaign",
     .arguments = "create IMAGE all|group=NAME|model=NAME|EP ... [NAME=VALUE ...]",
     .help = "firmware for many devices; also list, and with an ID: show, devices, start, pause, "
             "resume, cancel, delete",
     .least = 1,
     .most = -1,
     .run = loom_ctl_campaign},
    {.name = "events",
     .arguments = "[EP]",
     .help = "the last events",
     .most = 1,
     .run = loom_ctl_events},
    {.name = "follow",
     .arguments = "[EP]",
     .help = "events as they happen",
     .most = 1,
     .run = loom_ctl_follow},
    {.name = "trace",
     .arguments = "EP",
     .help = "each CoAP message of a device, as it comes",
     .least = 1,
     .most = 1,
     .target = "/v1/clients/{}/trace",
     .run = loom_ctl_trace},
    PLAIN("untrace", "EP", "end a trace", 1, "DELETE", "/v1/clients/{}/trace"),
    {.name = "audit",
     .arguments = "[USER]",
     .help = "the last changes, and who made them",
     .most = 1,
     .run = loom_ctl_audit},
    {.name = "health",
     .arguments = "",
     .help = "whether the server works",
     .target = "/healthz",
     .run = loom_ctl_text},
    {.name = "metrics",
     .arguments = "",
     .help = "figures for Prometheus",
     .target = "/metrics",
     .run = loom_ctl_text},
    ANY("get", "PATH", "any route of the REST interface, e.g. loomctl get /v1/session", 1, "GET"),
    ANY("post", "PATH [BODY]", "", 2, "POST"),
    ANY("put", "PATH BODY", "", 2, "PUT"),
    ANY("patch", "PATH BODY", "", 2, "PATCH"),
    ANY("remove", "PATH", "sends DELETE", 1, "DELETE"),
};
#define COMMAND_COUNT (sizeof commands / sizeof commands[0])

static const char usage[] =
    "Usage: loomctl [OPTION ...] COMMAND [ARGUMENT ...]\n"
    "\n"
    "Asks a server of Loom, by its REST interface.\n"
    "\n"
    "  --server URI       http:// or https://HOST[:PORT]; default: $LOOM_SERVER, or\n"
    "                     " DEFAULT_SERVER "\n"
    "  --token-file FILE  the first line is a token; default: $LOOM_TOKEN_FILE\n"
    "  --ca FILE          certificates of who may vouch for the server; default: the system's\n"
    "  --wait SECONDS     how long to wait for the end of a command, 0 to 60; default: 60\n"
    "  --json             print JSON\n"
    "  --help             print this help and exit\n"
    "  --version          print the version and exit\n"
    "\n"
    "Commands:\n";

static void print_help(void)
{
    (void)fputs(usage, stdout);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        int width = printf("  %s %s", commands[i].name, commands[i].arguments);
        (void)printf("%*s%s\n", width < 38 ? 38 - width : 1, "", commands[i].help);
    }
    (void)fputs(
        "\n"
        "A VALUE is text as in the console of the server; true and false are Booleans, and\n"
        "\"true\" in double quotes is text.\n"
        "\n"
        "Exit status: 0 done; 1 refused, or failed; 2 wrong usage; 3 no answer of the\n"
        "server; 4 the command has not ended yet.\n",
        stdout);
}

/* The first line of a file. @return NULL: it cannot be read, or is no token */
static const char *read_token(const char *path)
{
    static char token[256];
    FILE *file = fopen(path, "r");
    bool good = file != NULL && fgets(token, sizeof token, file) != NULL;
    if (file != NULL) {
        (void)fclose(file);
    }
    token[strcspn(token, "\r\n")] = '\0';
    for (const char *at = token; good && *at != '\0'; at++) {
        good = *at > ' ' && *at < 0x7F;
    }
    return good && token[0] != '\0' ? token : NULL;
}

struct given {
    const char *server;
    const char *token_file;
};

/* @return -1, or an exit status */
static int read_options(struct loom_ctl *ctl, struct given *given, int argc, char **argv)
{
    static const struct option options[] = {
        {"server", required_argument, NULL, 's'}, {"token-file", required_argument, NULL, 't'},
        {"ca", required_argument, NULL, 'c'},     {"wait", required_argument, NULL, 'w'},
        {"json", no_argument, NULL, 'j'},         {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},      {NULL, 0, NULL, 0}};
    int option;
    char *end;
    /* `+`: what follows the command is its own, such as -1 */
    while ((option = getopt_long(argc, argv, "+", options, NULL)) != -1) {
        switch (option) {
        case 's':
            given->server = optarg;
            break;
        case 't':
            given->token_file = optarg;
            break;
        case 'c':
            ctl->server.authority_file = optarg;
            break;
        case 'w':
            ctl->wait = (unsigned)strtoul(optarg, &end, 10);
            if (optarg[0] < '0' || optarg[0] > '9' || *end != '\0' || ctl->wait > WAIT_MAX) {
                return loom_ctl_wrong("--wait takes seconds from 0 to 60");
            }
            break;
        case 'j':
            ctl->json = true;
            break;
        case 'h':
            print_help();
            return LOOM_CTL_DONE;
        case 'v':
            (void)puts("loomctl " LOOM_VERSION);
            return LOOM_CTL_DONE;
        default:
            (void)fputs("Try 'loomctl --help'.\n", stderr);
            return LOOM_CTL_USAGE;
        }
    }
    return -1;
}

static int use(struct loom_ctl *ctl, const struct given *given)
{
    if (!loom_ctl_server_read(given->server, &ctl->server)) {
        return loom_ctl_wrong("--server takes http://HOST[:PORT] or https://HOST[:PORT]");
    }
    if (given->token_file != NULL && given->token_file[0] != '\0') {
        ctl->server.token = read_token(given->token_file);
        if (ctl->server.token == NULL) {
            return loom_ctl_wrong("there is no token in %s", given->token_file);
        }
    }
    return -1;
}

static int run(const struct loom_ctl *ctl, int count, char **arguments)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        const struct loom_ctl_command *command = &commands[i];
        if (strcmp(command->name, arguments[0]) != 0) {
            continue;
        }
        if (count - 1 < command->least || (command->most >= 0 && count - 1 > command->most)) {
            return loom_ctl_wrong("usage: loomctl %s %s", command->name, command->arguments);
        }
        return command->run(ctl, command, count - 1, arguments + 1);
    }
    return loom_ctl_wrong("there is no such command");
}

int main(int argc, char **argv)
{
    struct loom_ctl ctl = {.wait = WAIT_MAX};
    const char *server = getenv("LOOM_SERVER");
    struct given given = {.server = server == NULL || server[0] == '\0' ? DEFAULT_SERVER : server,
                          .token_file = getenv("LOOM_TOKEN_FILE")};
    (void)signal(SIGPIPE, SIG_IGN);
    int status = read_options(&ctl, &given, argc, argv);
    status = status < 0 ? use(&ctl, &given) : status;
    if (status >= 0) {
        return status;
    }
    if (optind == argc) {
        return loom_ctl_wrong("a command is missing");
    }
    status = run(&ctl, argc - optind, argv + optind);
    /* Output that is lost is no success. */
    return fflush(stdout) == 0 || status != LOOM_CTL_DONE ? status : LOOM_CTL_REFUSED;
}
