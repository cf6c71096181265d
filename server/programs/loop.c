/* SPDX-License-Identifier: Apache-2.0 */
#define _POSIX_C_SOURCE 200809L

#include "programs/program.h"

#include "events/print.h"
#include "loom/signals.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void print_message(void *user, const char *message)
{
    (void)user;
    (void)fprintf(stderr, "%s\n", message);
}

int loom_program_begin(struct loom_program *program, const struct loom_options *options, int argc,
                       char **argv)
{
    program->name = options->program;
    int status = loom_options_read(options, argc, argv, &program->settings, print_message, NULL);
    if (status >= 0) {
        loom_settings_end(&program->settings);
        return status;
    }
    program->signals = loom_signals_catch();
    if (program->signals < 0 || !loom_program_open_output(program)) {
        (void)fprintf(stderr, "%s: %s\n", program->name, strerror(errno));
        return EXIT_FAILURE;
    }
    program->input_open = true;
    return -1;
}

bool loom_program_accounts(struct loom_program *program, const struct loom_catalog *catalog)
{
    program->accounts = program->settings.nosec_any
                            ? loom_fleet_accounts_any()
                            : loom_fleet_accounts_load(program->settings.accounts, program->kind,
                                                       catalog, print_message, NULL);
    program->store = loom_fleet_accounts_store(program->accounts);
    return program->accounts != NULL;
}

/* ---- the port -------------------------------------------------------------------------------- */

/* A wrong key or an unknown identity. Who it was stays unsaid: nothing that the peer claims is
 * proven. */
static void handshake_failed(void *user, struct loom_text address, int alert)
{
    struct loom_program *program = user;
    struct loom_program_line line;
    loom_program_begin_event(program, &line, loom_program_now(program), "handshake-failed");
    if (line.json != NULL) {
        loom_json_text(line.json, "address", address);
        if (alert >= 0) {
            loom_json_integer(line.json, "alert", alert);
        }
    } else {
        (void)fprintf(line.out, "%-12s ", "handshake-failed");
        loom_print_text(line.out, address);
        if (alert >= 0) {
            (void)fprintf(line.out, " (TLS alert %d)", alert);
        }
    }
    loom_program_end_line(program, &line);
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
    config.request_max = LOOM_PROGRAM_REQUEST_MAX;
    config.find_key = find_key;
    config.find_key_user = program;
    config.handshake_failed = handshake_failed;
    config.handshake_failed_user = program;
    config.progress = program->progress;
    config.progress_user = self;
    program->coap = loom_coap_create(&config, side, self, &program->port);
    if (program->coap == NULL) {
        (void)fprintf(stderr, "%s: cannot start CoAP: %s\n", program->name, strerror(errno));
        return false;
    }
    program->started = program->port.now(program->port.self);
    return true;
}

static bool listen_on(struct loom_program *program, const char *uri)
{
    char *bound = program->bound[program->bound_count];
    struct loom_program_line line;
    errno = 0;
    enum loom_status status = loom_coap_listen(program->coap, uri, bound, LOOM_COAP_URI_SIZE);
    if (status != LOOM_OK) {
        (void)fprintf(stderr, "%s: cannot listen on %s: %s\n", program->name, uri,
                      status == LOOM_BAD_REQUEST || errno == 0
                          ? "not of the form coap://address[:port] or coaps://..."
                          : strerror(errno));
        return false;
    }
    loom_program_begin_answer(program, &line, "listening");
    if (line.json != NULL) {
        loom_json_string(line.json, "uri", bound);
    } else {
        (void)fprintf(line.out, "listening on %s", bound);
    }
    program->bound_count++;
    loom_program_end_line(program, &line);
    return true;
}

bool loom_program_listen(struct loom_program *program)
{
    for (size_t i = 0; i < program->settings.listen.count; i++) {
        if (!listen_on(program, program->settings.listen.value[i])) {
            return false;
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
    struct pollfd extra[3] = {{program->signals, POLLIN, 0},
                              loom_line_output_watch(&program->output),
                              {program->input_open ? STDIN_FILENO : -1, POLLIN, 0}};
    if (loom_coap_step(program->coap, wait_time(program, deadline), extra, 3) != LOOM_OK) {
        (void)fprintf(stderr, "%s: waiting failed: %s\n", program->name, strerror(errno));
        return false;
    }
    if (extra[1].revents != 0) {
        loom_line_output_flush(&program->output);
        loom_program_report_dropped(program);
    }
    if (extra[0].revents != 0) {
        return false;
    }
    return extra[2].revents == 0 || read_input(program, console, user);
}

void loom_program_end(struct loom_program *program)
{
    loom_coap_destroy(program->coap);
    loom_fleet_account_release(program->last_key);
    loom_fleet_accounts_free(program->accounts);
    loom_program_close_output(program);
    loom_settings_end(&program->settings);
}

char *loom_program_rest(char *line)
{
    char *rest = line + strspn(line, " \t");
    size_t length = strlen(rest);
    if (length > 0 && rest[length - 1] == '\r') {
        rest[length - 1] = '\0';
    }
    return rest;
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
