/* SPDX-License-Identifier: Apache-2.0 */
/* CoAP for the servers: whose key it is, who failed, and where they listen. */
#include "programs/program.h"

#include "events/print.h"

#include <errno.h>
#include <string.h>

/* A wrong key or an unknown identity. Nothing that the peer claims is proven: it is said who wanted
 * to be whom, for an operator who looks for the device. */
static void handshake_failed(void *user, struct loom_text address, struct loom_bytes identity,
                             int alert)
{
    struct loom_program *program = user;
    struct loom_text claimed = {(const char *)identity.data, identity.length};
    struct loom_program_line line;
    program->handshakes_failed++;
    if (!loom_program_begin_strange(program, &line, loom_program_now(program),
                                    "handshake-failed")) {
        return;
    }
    if (line.json != NULL) {
        loom_json_text(line.json, "address", address);
        if (claimed.length > 0) {
            loom_json_text(line.json, "identity", claimed);
        }
        if (alert >= 0) {
            loom_json_integer(line.json, "alert", alert);
        }
    } else {
        (void)fprintf(line.out, "%-12s ", "handshake-failed");
        loom_print_text(line.out, address);
        if (claimed.length > 0) {
            (void)fputs(" as \"", line.out);
            loom_print_text(line.out, claimed);
            (void)fputc('"', line.out);
        }
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
    config.resume = program->resume;
    config.resume_user = self;
    program->coap = loom_coap_create(&config, side, self, &program->port);
    if (program->coap == NULL) {
        loom_program_fail(program, "cannot start CoAP: %s", strerror(errno));
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
        loom_program_fail(program, "cannot listen on %s: %s", uri,
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
