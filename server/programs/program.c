/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "programs/program.h"

#include "programs/version.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXIT_USAGE 2

/* ---- signals --------------------------------------------------------------------------------- */

/* The end of the pipe that the handler writes to: a signal in the middle of anything wakes the
 * loop. */
static volatile sig_atomic_t signal_write = -1;

static void on_signal(int number)
{
    int saved = errno;
    (void)number;
    (void)!write(signal_write, "", 1);
    errno = saved;
}

/* A program that was started with a standard descriptor closed would get it back for a socket, and
 * then read its console from there or print its events into it. */
static void hold_standard_descriptors(void)
{
    int file;
    do {
        file = open("/dev/null", O_RDWR);
    } while (file >= 0 && file <= STDERR_FILENO);
    if (file > STDERR_FILENO) {
        (void)close(file);
    }
}

static bool catch_signals(struct loom_program *program)
{
    struct sigaction action;
    if (pipe(program->signal_pipe) != 0) {
        return false;
    }
    for (size_t i = 0; i < 2; i++) {
        (void)fcntl(program->signal_pipe[i], F_SETFD, FD_CLOEXEC);
        (void)fcntl(program->signal_pipe[i], F_SETFL, O_NONBLOCK);
    }
    signal_write = program->signal_pipe[1];
    memset(&action, 0, sizeof action);
    action.sa_handler = on_signal;
    (void)sigemptyset(&action.sa_mask);
    return sigaction(SIGTERM, &action, NULL) == 0 && sigaction(SIGINT, &action, NULL) == 0;
}

/* ---- options --------------------------------------------------------------------------------- */

int loom_program_usage_error(const struct loom_program *program, const char *what)
{
    if (what != NULL) {
        (void)fprintf(stderr, "%s: %s\n", program->name, what);
    }
    (void)fprintf(stderr, "Try '%s --help'.\n", program->name);
    return EXIT_USAGE;
}

static int read_options(struct loom_program *program, int argc, char **argv)
{
    static const struct option options[] = {
        {"accounts", required_argument, NULL, 'a'},
        {"listen", required_argument, NULL, 'l'},
        {"json", no_argument, NULL, 'j'},
        {"help", no_argument, NULL, 'h'},
        {"version", no_argument, NULL, 'v'},
        {"nosec-any", no_argument, NULL, 'n'},
        {"no-pack", no_argument, NULL, 'p'},
        {"lwm2m", required_argument, NULL, 'm'},
        {NULL, 0, NULL, 0},
    };
    int option;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 'a':
            program->accounts_file = optarg;
            break;
        case 'l':
            if (program->listen_count == LOOM_PROGRAM_LISTEN_MAX) {
                return loom_program_usage_error(program, "too many --listen");
            }
            program->listen[program->listen_count++] = optarg;
            break;
        case 'j':
            program->json = true;
            break;
        case 'n':
            if (program->kind != LOOM_FLEET_MANAGEMENT) {
                return loom_program_usage_error(program, "unrecognized option '--nosec-any'");
            }
            program->nosec_any = true;
            break;
        case 'p':
            if (program->kind != LOOM_FLEET_BOOTSTRAP) {
                return loom_program_usage_error(program, "unrecognized option '--no-pack'");
            }
            program->no_pack = true;
            break;
        case 'm':
            if (program->kind != LOOM_FLEET_MANAGEMENT) {
                return loom_program_usage_error(program, "unrecognized option '--lwm2m'");
            }
            program->lwm2m = optarg;
            break;
        case 'h':
            (void)fputs(program->usage, stdout);
            return EXIT_SUCCESS;
        case 'v':
            (void)printf("%s %s\n", program->name, LOOM_VERSION);
            return EXIT_SUCCESS;
        default:
            return loom_program_usage_error(program, NULL);
        }
    }
    if (optind < argc) {
        return loom_program_usage_error(program, "there are no arguments but options");
    }
    return -1;
}

int loom_program_begin(struct loom_program *program, int argc, char **argv)
{
    int status = read_options(program, argc, argv);
    if (status >= 0) {
        return status;
    }
    if (program->listen_count == 0) {
        return loom_program_usage_error(
            program, "--listen is needed, as in --listen coaps://127.0.0.1:5684");
    }
    if (program->accounts_file == NULL && !program->nosec_any) {
        return loom_program_usage_error(program, program->kind == LOOM_FLEET_MANAGEMENT
                                                     ? "--accounts or --nosec-any is needed"
                                                     : "--accounts is needed");
    }
    if (program->accounts_file != NULL && program->nosec_any) {
        return loom_program_usage_error(program,
                                        "--nosec-any excludes --accounts; in a file [any] does it");
    }
    hold_standard_descriptors();
    if (!catch_signals(program)) {
        (void)fprintf(stderr, "%s: %s\n", program->name, strerror(errno));
        return EXIT_FAILURE;
    }
    program->input_open = true;
    return -1;
}

static void print_message(void *user, const char *message)
{
    (void)user;
    (void)fprintf(stderr, "%s\n", message);
}

bool loom_program_accounts(struct loom_program *program, const struct loom_catalog *catalog)
{
    program->accounts = program->nosec_any
                            ? loom_fleet_accounts_any()
                            : loom_fleet_accounts_load(program->accounts_file, program->kind,
                                                       catalog, print_message, NULL);
    program->store = loom_fleet_accounts_store(program->accounts);
    return program->accounts != NULL;
}

/* ---- the port -------------------------------------------------------------------------------- */

/* A wrong key or an unknown identity. Who it was stays unsaid: nothing that the peer claims is
 * proven. */
static void handshake_failed(void *user, struct loom_text address, int alert)
{
    const struct loom_program *program = user;
    uint64_t now = program->port.now(program->port.self);
    if (program->json) {
        struct loom_json json;
        loom_program_begin_event(program, &json, now, "handshake-failed");
        loom_json_text(&json, "address", address);
        if (alert >= 0) {
            loom_json_integer(&json, "alert", alert);
        }
        loom_json_end(&json);
        return;
    }
    loom_program_print_time(program, now);
    (void)printf("%-12s %.*s", "handshake-failed", (int)address.length, address.data);
    if (alert >= 0) {
        (void)printf(" (TLS alert %d)", alert);
    }
    (void)printf("\n");
    (void)fflush(stdout);
}

static bool find_key(void *user, struct loom_bytes identity, struct loom_bytes *key)
{
    struct loom_program *program = user;
    const struct loom_fleet_account *account =
        program->store.by_identity(program->store.self, identity);
    if (account != NULL) {
        *key = account->key;
    }
    loom_fleet_account_release(program->last_key);
    program->last_key = account;
    return account != NULL;
}

bool loom_program_open(struct loom_program *program, const struct loom_side *side, void *self)
{
    struct loom_coap_config config;
    memset(&config, 0, sizeof config);
    config.find_key = find_key;
    config.find_key_user = program;
    config.handshake_failed = handshake_failed;
    config.handshake_failed_user = program;
    program->coap = loom_coap_create(&config, side, self, &program->port);
    if (program->coap == NULL) {
        (void)fprintf(stderr, "%s: cannot start CoAP: %s\n", program->name, strerror(errno));
        return false;
    }
    program->started = program->port.now(program->port.self);
    return true;
}

bool loom_program_listen(struct loom_program *program)
{
    for (size_t i = 0; i < program->listen_count; i++) {
        char bound[LOOM_COAP_URI_SIZE];
        errno = 0;
        enum loom_status status =
            loom_coap_listen(program->coap, program->listen[i], bound, sizeof bound);
        if (status != LOOM_OK) {
            (void)fprintf(stderr, "%s: cannot listen on %s: %s\n", program->name,
                          program->listen[i],
                          status == LOOM_BAD_REQUEST || errno == 0
                              ? "not of the form coap://address[:port] or coaps://..."
                              : strerror(errno));
            return false;
        }
        if (program->json) {
            struct loom_json json;
            loom_program_begin_event(program, &json, program->port.now(program->port.self),
                                     "listening");
            loom_json_string(&json, "uri", bound);
            loom_json_end(&json);
        } else {
            (void)printf("listening on %s\n", bound);
            (void)fflush(stdout);
        }
    }
    return true;
}

/* ---- the loop -------------------------------------------------------------------------------- */

static bool end_line(struct loom_program *program, loom_program_console *console, void *user)
{
    bool overlong = program->overlong;
    program->line[program->line_length] = '\0';
    program->line_length = 0;
    program->overlong = false;
    if (overlong) {
        loom_program_complain(program, "the line is too long");
        return true;
    }
    return console(user, program->line);
}

static bool take_input(struct loom_program *program, const char *data, size_t length,
                       loom_program_console *console, void *user)
{
    bool running = true;
    for (size_t i = 0; running && i < length; i++) {
        if (data[i] == '\n') {
            running = end_line(program, console, user);
        } else if (program->line_length + 1 == sizeof program->line) {
            program->overlong = true;
        } else {
            program->line[program->line_length++] = data[i];
        }
    }
    return running;
}

/* When standard input ends, the server goes on without its console. */
static bool read_input(struct loom_program *program, loom_program_console *console, void *user)
{
    char data[1024];
    ssize_t length = read(STDIN_FILENO, data, sizeof data);
    if (length > 0) {
        return take_input(program, data, (size_t)length, console, user);
    }
    if (length < 0 && (errno == EINTR || errno == EAGAIN)) {
        return true;
    }
    program->input_open = false;
    return program->line_length == 0 || end_line(program, console, user);
}

static uint32_t wait_time(const struct loom_program *program, uint64_t deadline)
{
    uint64_t now = program->port.now(program->port.self);
    if (deadline <= now) {
        return 0;
    }
    return deadline - now < UINT32_MAX ? (uint32_t)(deadline - now) : UINT32_MAX;
}

bool loom_program_turn(struct loom_program *program, uint64_t deadline,
                       loom_program_console *console, void *user)
{
    struct pollfd extra[2] = {{program->signal_pipe[0], POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
    size_t count = program->input_open ? 2 : 1;
    if (loom_coap_step(program->coap, wait_time(program, deadline), extra, count) != LOOM_OK) {
        (void)fprintf(stderr, "%s: waiting failed: %s\n", program->name, strerror(errno));
        return false;
    }
    if (extra[0].revents != 0) {
        return false;
    }
    return count < 2 || extra[1].revents == 0 || read_input(program, console, user);
}

void loom_program_end(struct loom_program *program)
{
    loom_coap_destroy(program->coap);
    loom_fleet_account_release(program->last_key);
    loom_fleet_accounts_free(program->accounts);
    (void)fflush(stdout);
}

/* ---- output ---------------------------------------------------------------------------------- */

static uint64_t elapsed(const struct loom_program *program, uint64_t time)
{
    return time > program->started ? time - program->started : 0;
}

void loom_program_begin_event(const struct loom_program *program, struct loom_json *json,
                              uint64_t time, const char *event)
{
    loom_json_begin(json, stdout);
    loom_json_string(json, "event", event);
    loom_json_unsigned(json, "time_ms", elapsed(program, time));
}

void loom_program_print_time(const struct loom_program *program, uint64_t time)
{
    uint64_t milliseconds = elapsed(program, time);
    (void)printf("%5" PRIu64 ".%03u  ", milliseconds / 1000, (unsigned)(milliseconds % 1000));
}

void loom_program_print_text(struct loom_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        unsigned char c = (unsigned char)text.data[i];
        unsigned char before = i > 0 ? (unsigned char)text.data[i - 1] : 0;
        /* C1 controls are 0xC2 0x80 .. 0x9F in UTF-8. */
        if (c < 0x20 || c == 0x7F || (before == 0xC2 && c < 0xA0)) {
            (void)printf("\\x%02x", c);
        } else {
            (void)putchar(c);
        }
    }
}

void loom_program_print_path(const struct loom_path *path)
{
    if (path->depth == 0) {
        (void)putchar('/');
    }
    for (size_t i = 0; i < path->depth; i++) {
        (void)printf("/%u", (unsigned)path->id[i]);
    }
}

void loom_program_print_code(uint8_t code)
{
    (void)printf("%u.%02u", code / 32u, code % 32u);
}

static void say(const struct loom_program *program, const char *kind, const char *text)
{
    if (program->json) {
        struct loom_json json;
        loom_program_begin_event(program, &json, program->port.now(program->port.self), kind);
        loom_json_string(&json, "text", text);
        loom_json_end(&json);
    } else {
        (void)printf("%s: ", kind);
        loom_program_print_text(loom_program_text(text));
        (void)printf("\n");
        (void)fflush(stdout);
    }
}

void loom_program_complain(const struct loom_program *program, const char *text)
{
    say(program, "error", text);
}

void loom_program_help(const struct loom_program *program, const char *text)
{
    say(program, "help", text);
}

void loom_program_print_count(const struct loom_program *program, const char *what, size_t count)
{
    if (program->json) {
        struct loom_json json;
        loom_program_begin_event(program, &json, program->port.now(program->port.self), what);
        loom_json_unsigned(&json, "count", count);
        loom_json_end(&json);
    } else {
        (void)printf("%s: %zu\n", what, count);
        (void)fflush(stdout);
    }
}

char *loom_program_word(char **line)
{
    char *word = *line + strspn(*line, " \t\r");
    if (*word == '\0') {
        return NULL;
    }
    char *end = word + strcspn(word, " \t\r");
    *line = end;
    if (*end != '\0') {
        *end = '\0';
        *line = end + 1;
    }
    return word;
}
