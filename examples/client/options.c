/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L
#define _DEFAULT_SOURCE /* getopt_long */
#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "option_values.h"

#include "loom/client.h"

#define DEFAULT_LIFETIME 86400u

static const char usage[] =
    "Usage: loom-client --endpoint NAME (--bootstrap URI | --server URI) [OPTION]...\n"
    "An LwM2M client: bootstrap, registration, device management and reporting.\n"
    "\n"
    "  --endpoint NAME      Endpoint Client Name\n"
    "  --bootstrap URI      bootstrap server, coap://HOST[:PORT] or coaps://HOST[:PORT]\n"
    "  --server URI         LwM2M server to register with, without a bootstrap\n"
    "  --identity TEXT      PSK identity for a coaps URI\n"
    "  --key HEX            PSK for a coaps URI, 1 to 64 bytes in hexadecimal\n"
    "  --key @FILE          the same, read from a file\n"
    "  --hold-off SECONDS   Client Hold Off Time before a Bootstrap-Request (default 0)\n"
    "  --lifetime SECONDS   lifetime of the registration at --server (default 86400)\n"
    "  --set PATH=VALUE     write a resource before the start, like the command `set`, e.g.\n"
    "                       --set /1/0/17=3; may be repeated\n"
    "  --lwm2m VERSION      1.0, 1.1 (default) or 1.2\n"
    "  --oldest-lwm2m VERSION\n"
    "                       oldest release to fall back to if a server does not support that of\n"
    "                       --lwm2m (default 1.0)\n"
    "  --queue-mode         1.1 and 1.2: register in queue mode, reachable only for a while after\n"
    "                       each Update; 1.0 has resource 1/x/7 for this\n"
    "  --profile-id ID      register with this Profile ID instead of the object list; 1.2\n"
    "  --bootstrap-pack     request a Bootstrap-Pack from the bootstrap server first; 1.2\n"
    "  --local-port PORT    UDP port of all sessions (default: any)\n"
    "  --secure-retransmit COUNT\n"
    "                       retransmissions of a request without an answer before a DTLS session\n"
    "                       is considered lost, 1 to 4 (default 2)\n"
    "  --answer-max BYTES   buffer for an answer, 16 to 65536 (default 65536); a longer answer is\n"
    "                       generated again for each of its blocks\n"
    "  --state DIR          keep the accounts in this directory; stored accounts override\n"
    "                       --bootstrap and --server\n"
    "  --firmware FILE      a firmware that servers can update; needs --state. An image is stored\n"
    "                       in FILE.part; its installation renames that to FILE and restarts\n"
    "  --firmware-sha256 HEX\n"
    "                       accept only the image with this SHA-256\n"
    "  --firmware-attempts COUNT\n"
    "                       consecutive attempts without progress before a download fails,\n"
    "                       1 to 255 (default 8)\n"
    "  --defer-updates      postpone installations until the command `install`, if servers\n"
    "                       allow it\n"
    "  --exit-on-reboot     end with exit status 3 at a Reboot or Factory Reset, instead of\n"
    "                       restarting\n"
    "  --json               print every event as one JSON object per line\n"
    "  --help, --version\n"
    "\n"
    "With both --bootstrap and --server the client registers, and bootstraps if that fails.\n"
    "\n"
    "Commands on standard input:\n"
    "  status               show the state of the client\n"
    "  get PATH             read a resource, an instance or an object\n"
    "  set PATH VALUE       write a resource of the device\n"
    "  send PATH...         send values to the servers that accept them (1/x/23)\n"
    "  install              install the image of a postponed update\n"
    "  error CODE           set an error, with a code of resource 3/0/11\n"
    "  update               send an Update, or register if not registered\n"
    "  deregister           de-register from all servers\n"
    "  bootstrap            start a bootstrap\n"
    "  address-changed      open new sessions, as after a change of the device's address\n"
    "  advance SECONDS      advance the client's clock\n"
    "  quit                 de-register and exit\n";

/* What is set may be a key: the message has the path alone. */
static bool add_setting(struct client_options *options, const char *text)
{
    if (strchr(text, '=') == NULL) {
        return client_bad("--set needs PATH=VALUE", "");
    }
    if (options->setting_count == CLIENT_SETTINGS_MAX) {
        return client_bad("--set is given too many times", "");
    }
    options->settings[options->setting_count++] = text;
    return true;
}

static bool is_secure(const char *uri)
{
    return uri != NULL && strncasecmp(uri, "coaps", 5) == 0;
}

static bool check_uri(const char *option, const char *uri)
{
    bool known =
        uri == NULL || strncasecmp(uri, "coap://", 7) == 0 || strncasecmp(uri, "coaps://", 8) == 0;
    if (!known) {
        fprintf(stderr, "loom-client: error: %s must begin with coap:// or coaps://, not '%s'\n",
                option, uri);
        return false;
    }
    /* A path would go nowhere: the standard says where to ask at a server (rules H.3). */
    const char *behind = uri == NULL ? "" : strchr(uri, ':') + 3;
    const char *end = behind + strcspn(behind, "/?#");
    if (end == behind && uri != NULL) {
        fprintf(stderr, "loom-client: error: %s has no host: '%s'\n", option, uri);
        return false;
    }
    if (*end != '\0' && strcmp(end, "/") != 0) {
        fprintf(stderr, "loom-client: error: %s must not have a path after the port: '%s'\n",
                option, uri);
        return false;
    }
    return true;
}

static bool check(const struct client_options *options)
{
    bool secure = is_secure(options->bootstrap) || is_secure(options->server);
    bool has_key = options->key_length > 0 && options->identity[0] != '\0';
    if (options->endpoint == NULL || options->endpoint[0] == '\0') {
        return client_bad("--endpoint NAME is missing", "");
    }
    if (strlen(options->endpoint) > 252) {
        return client_bad("--endpoint is longer than 252 bytes", "");
    }
    if (options->bootstrap == NULL && options->server == NULL && options->state == NULL) {
        return client_bad("neither --bootstrap URI nor --server URI is given", "");
    }
    if (!check_uri("--bootstrap", options->bootstrap) || !check_uri("--server", options->server)) {
        return false;
    }
    if (secure && !has_key) {
        return client_bad("a coaps URI needs --identity and --key", "");
    }
    if (options->oldest_lwm2m > options->lwm2m) {
        return client_bad("--oldest-lwm2m is newer than --lwm2m", "");
    }
    if ((options->bootstrap_pack || options->profile_id != NULL) &&
        options->lwm2m < LOOM_LWM2M_1_2) {
        return client_bad("--bootstrap-pack and --profile-id need --lwm2m 1.2", "");
    }
    if (options->firmware != NULL && options->state == NULL) {
        return client_bad("--firmware needs --state, to continue an update after a restart", "");
    }
    bool tunes =
        options->has_firmware_sha256 || options->defer_updates || options->firmware_attempts > 0;
    if (tunes && options->firmware == NULL) {
        return client_bad(
            "--firmware-sha256, --firmware-attempts and --defer-updates need --firmware", "");
    }
    if (options->defer_updates && options->lwm2m < LOOM_LWM2M_1_1) {
        return client_bad("--defer-updates needs --lwm2m 1.1 or 1.2", "");
    }
    if (strlen(options->identity) > CLIENT_IDENTITY_MAX) {
        return client_bad("--identity is longer than 128 bytes", "");
    }
    return true;
}

enum option_id {
    OPTION_ENDPOINT = 256,
    OPTION_BOOTSTRAP,
    OPTION_SERVER,
    OPTION_IDENTITY,
    OPTION_KEY,
    OPTION_HOLD_OFF,
    OPTION_LIFETIME,
    OPTION_SET,
    OPTION_LWM2M,
    OPTION_OLDEST_LWM2M,
    OPTION_QUEUE_MODE,
    OPTION_PROFILE_ID,
    OPTION_BOOTSTRAP_PACK,
    OPTION_LOCAL_PORT,
    OPTION_SECURE_RETRANSMIT,
    OPTION_ANSWER_MAX,
    OPTION_STATE,
    OPTION_FIRMWARE,
    OPTION_FIRMWARE_SHA256,
    OPTION_FIRMWARE_ATTEMPTS,
    OPTION_DEFER_UPDATES,
    OPTION_EXIT_ON_REBOOT,
    OPTION_JSON,
    OPTION_HELP,
    OPTION_VERSION
};

static const struct option long_options[] = {
    {"endpoint", required_argument, NULL, OPTION_ENDPOINT},
    {"bootstrap", required_argument, NULL, OPTION_BOOTSTRAP},
    {"server", required_argument, NULL, OPTION_SERVER},
    {"identity", required_argument, NULL, OPTION_IDENTITY},
    {"key", required_argument, NULL, OPTION_KEY},
    {"hold-off", required_argument, NULL, OPTION_HOLD_OFF},
    {"lifetime", required_argument, NULL, OPTION_LIFETIME},
    {"set", required_argument, NULL, OPTION_SET},
    {"lwm2m", required_argument, NULL, OPTION_LWM2M},
    {"oldest-lwm2m", required_argument, NULL, OPTION_OLDEST_LWM2M},
    {"queue-mode", no_argument, NULL, OPTION_QUEUE_MODE},
    {"profile-id", required_argument, NULL, OPTION_PROFILE_ID},
    {"bootstrap-pack", no_argument, NULL, OPTION_BOOTSTRAP_PACK},
    {"local-port", required_argument, NULL, OPTION_LOCAL_PORT},
    {"secure-retransmit", required_argument, NULL, OPTION_SECURE_RETRANSMIT},
    {"answer-max", required_argument, NULL, OPTION_ANSWER_MAX},
    {"state", required_argument, NULL, OPTION_STATE},
    {"firmware", required_argument, NULL, OPTION_FIRMWARE},
    {"firmware-sha256", required_argument, NULL, OPTION_FIRMWARE_SHA256},
    {"firmware-attempts", required_argument, NULL, OPTION_FIRMWARE_ATTEMPTS},
    {"defer-updates", no_argument, NULL, OPTION_DEFER_UPDATES},
    {"exit-on-reboot", no_argument, NULL, OPTION_EXIT_ON_REBOOT},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, OPTION_HELP},
    {"version", no_argument, NULL, OPTION_VERSION},
    {NULL, 0, NULL, 0},
};

static enum client_options_result take(struct client_options *options, int id)
{
    bool good = true;
    switch (id) {
    case OPTION_ENDPOINT:
        options->endpoint = optarg;
        break;
    case OPTION_BOOTSTRAP:
        options->bootstrap = optarg;
        break;
    case OPTION_SERVER:
        options->server = optarg;
        break;
    case OPTION_IDENTITY:
        options->identity = optarg;
        break;
    case OPTION_KEY:
        good = client_read_key(options, optarg);
        break;
    case OPTION_HOLD_OFF:
        good = client_read_seconds(optarg, "--hold-off", &options->hold_off);
        break;
    case OPTION_LIFETIME:
        good = client_read_seconds(optarg, "--lifetime", &options->lifetime);
        break;
    case OPTION_LWM2M:
        good = client_read_version(optarg, "--lwm2m", &options->lwm2m);
        break;
    case OPTION_OLDEST_LWM2M:
        good = client_read_version(optarg, "--oldest-lwm2m", &options->oldest_lwm2m);
        break;
    case OPTION_SET:
        good = add_setting(options, optarg);
        break;
    case OPTION_QUEUE_MODE:
        options->queue_mode = true;
        break;
    case OPTION_PROFILE_ID:
        options->profile_id = optarg;
        break;
    case OPTION_BOOTSTRAP_PACK:
        options->bootstrap_pack = true;
        break;
    case OPTION_LOCAL_PORT:
        good = client_read_port(optarg, &options->local_port);
        break;
    case OPTION_SECURE_RETRANSMIT:
        good = client_read_retransmit(optarg, &options->secure_retransmit);
        break;
    case OPTION_ANSWER_MAX:
        good = client_read_answer_max(optarg, &options->answer_max);
        break;
    case OPTION_STATE:
        options->state = optarg;
        break;
    case OPTION_FIRMWARE:
        options->firmware = optarg;
        break;
    case OPTION_FIRMWARE_SHA256:
        good = client_read_sha256(options, optarg);
        break;
    case OPTION_FIRMWARE_ATTEMPTS:
        good = client_read_attempts(optarg, &options->firmware_attempts);
        break;
    case OPTION_DEFER_UPDATES:
        options->defer_updates = true;
        break;
    case OPTION_EXIT_ON_REBOOT:
        options->exit_on_reboot = true;
        break;
    case OPTION_JSON:
        options->json = true;
        break;
    case OPTION_HELP:
        fputs(usage, stdout);
        return CLIENT_OPTIONS_DONE;
    case OPTION_VERSION:
        puts("loom-client " LOOM_VERSION);
        return CLIENT_OPTIONS_DONE;
    default:
        good = false; /* getopt_long has said why */
        break;
    }
    return good ? CLIENT_OPTIONS_RUN : CLIENT_OPTIONS_BAD;
}

enum client_options_result client_options_read(struct client_options *options, int argc,
                                               char **argv)
{
    enum client_options_result result = CLIENT_OPTIONS_RUN;
    int id;
    memset(options, 0, sizeof *options);
    options->identity = "";
    options->lifetime = DEFAULT_LIFETIME;
    options->lwm2m = LOOM_LWM2M_1_1;
    while (result == CLIENT_OPTIONS_RUN &&
           (id = getopt_long(argc, argv, "", long_options, NULL)) != -1) {
        result = take(options, id);
    }
    if (result == CLIENT_OPTIONS_RUN && optind < argc) {
        client_bad("unexpected argument", argv[optind]);
        result = CLIENT_OPTIONS_BAD;
    }
    if (result == CLIENT_OPTIONS_RUN && !check(options)) {
        result = CLIENT_OPTIONS_BAD;
    }
    if (result == CLIENT_OPTIONS_BAD) {
        fputs("Try 'loom-client --help'.\n", stderr);
    }
    return result;
}
