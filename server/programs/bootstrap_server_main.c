/* SPDX-License-Identifier: Apache-2.0 */
/* loom-bootstrap-server: the bootstrap server over CoAP, its events and its console. */
#define _POSIX_C_SOURCE 200809L

#include "bootstrap/bootstrap_server.h"
#include "catalog/standard.h"
#include "programs/program.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: loom-bootstrap-server --accounts FILE --listen URI [--listen URI ...] [--json]\n"
    "                             [--no-pack]\n"
    "\n"
    "Provisions LwM2M clients with the accounts that FILE has for them.\n"
    "\n"
    "  --accounts FILE  endpoints, their keys, and what they get (docs/servers.md)\n"
    "  --listen URI     coaps://ADDRESS[:PORT] or coap://ADDRESS[:PORT]; port 0: a free one\n"
    "  --json           print events as JSON, one object a line\n"
    "  --no-pack        answer every Bootstrap-Pack-Request 5.01\n"
    "  --help           print this and exit\n"
    "  --version        print the version and exit\n"
    "\n"
    "Console on standard input:\n"
    "  sessions       the bootstraps that are under way\n"
    "  accounts       the endpoints of the accounts file\n"
    "  push ENDPOINT  bootstraps an endpoint that did not ask, where it was last heard\n"
    "  help, quit\n";

struct bootstrap_program {
    struct loom_program program;
    struct loom_bootstrap_server *server;
};

/* ---- events ---------------------------------------------------------------------------------- */

static bool has_operation(enum loom_bs_event_kind kind)
{
    return kind == LOOM_BS_SENT || kind == LOOM_BS_ANSWERED || kind == LOOM_BS_VERSION_REFUSED ||
           kind == LOOM_BS_FAILED;
}

static bool has_end(enum loom_bs_event_kind kind)
{
    return kind == LOOM_BS_FINISHED || kind == LOOM_BS_FAILED;
}

static void print_json(const struct loom_program *program, const struct loom_bs_event *event)
{
    struct loom_json json;
    loom_program_begin_event(program, &json, event->time, loom_bs_event_name(event->kind));
    if (event->session != 0) {
        loom_json_unsigned(&json, "session", event->session);
    }
    loom_json_text(&json, "endpoint", event->endpoint);
    loom_json_text(&json, "address", event->address);
    if (has_operation(event->kind)) {
        loom_json_string(&json, "operation", loom_bs_operation_name(event->operation));
        if (event->operation != LOOM_BS_FINISH) {
            loom_json_path(&json, "path", &event->path);
        }
    }
    if (event->code != 0) {
        loom_json_code(&json, "code", event->code);
    }
    if (event->reason != LOOM_BS_NO_REASON) {
        loom_json_string(&json, "reason", loom_bs_reason_name(event->reason));
    }
    if (event->kind == LOOM_BS_DISCOVERED) {
        loom_json_text(&json, "lwm2m", event->lwm2m);
        if (event->bootstrap_instance != LOOM_ID_NONE) {
            loom_json_unsigned(&json, "bootstrap_instance", event->bootstrap_instance);
        }
        loom_json_text(&json, "links", event->links);
    }
    if (has_end(event->kind)) {
        loom_json_unsigned(&json, "duration_ms", event->duration);
    }
    loom_json_end(&json);
}

static void print_human(const struct loom_program *program, const struct loom_bs_event *event)
{
    loom_program_print_time(program, event->time);
    (void)printf("%-10s ", loom_bs_event_name(event->kind));
    loom_program_print_text(event->endpoint);
    if (event->kind == LOOM_BS_REQUESTED || event->kind == LOOM_BS_PUSHED ||
        event->kind == LOOM_BS_REFUSED || event->kind == LOOM_BS_PACKED) {
        (void)printf(" at ");
        loom_program_print_text(event->address);
    }
    if (has_operation(event->kind)) {
        (void)printf(" %s", loom_bs_operation_name(event->operation));
        if (event->operation != LOOM_BS_FINISH) {
            (void)printf(" ");
            loom_program_print_path(&event->path);
        }
    }
    if (event->code != 0) {
        (void)printf(" ");
        loom_program_print_code(event->code);
    }
    if (event->reason != LOOM_BS_NO_REASON) {
        (void)printf(" (%s)", loom_bs_reason_name(event->reason));
    }
    if (event->kind == LOOM_BS_DISCOVERED) {
        (void)printf(" ");
        loom_program_print_text(event->links);
    }
    if (has_end(event->kind)) {
        (void)printf(" after %" PRIu64 " ms", event->duration);
    }
    (void)printf("\n");
    (void)fflush(stdout);
}

static void on_event(void *user, const struct loom_bs_event *event)
{
    const struct bootstrap_program *self = user;
    if (self->program.json) {
        print_json(&self->program, event);
    } else {
        print_human(&self->program, event);
    }
}

/* ---- console --------------------------------------------------------------------------------- */

static void print_session(const struct loom_program *program,
                          const struct loom_bs_session_info *info)
{
    uint64_t age = program->port.now(program->port.self) - info->requested;
    if (program->json) {
        struct loom_json json;
        loom_program_begin_event(program, &json, program->port.now(program->port.self), "session");
        loom_json_unsigned(&json, "session", info->session);
        loom_json_text(&json, "endpoint", info->endpoint);
        loom_json_text(&json, "address", info->address);
        loom_json_string(&json, "operation", loom_bs_operation_name(info->operation));
        loom_json_path(&json, "path", &info->path);
        loom_json_unsigned(&json, "answered", info->done);
        loom_json_unsigned(&json, "age_ms", age);
        loom_json_end(&json);
        return;
    }
    (void)printf("session %" PRIu32 " ", info->session);
    loom_program_print_text(info->endpoint);
    (void)printf(" at ");
    loom_program_print_text(info->address);
    (void)printf(": %s ", loom_bs_operation_name(info->operation));
    loom_program_print_path(&info->path);
    (void)printf(", %zu answered, %" PRIu64 " ms old\n", info->done, age);
}

/* A list that is printed, and how much of it there was. */
struct listing {
    const struct loom_program *program;
    size_t count;
};

static void visit_session(void *user, const struct loom_bs_session_info *info)
{
    struct listing *listing = user;
    print_session(listing->program, info);
    listing->count++;
}

static void print_sessions(const struct bootstrap_program *self)
{
    struct listing listing = {&self->program, 0};
    loom_bootstrap_server_each_session(self->server, visit_session, &listing);
    loom_program_print_count(&self->program, "sessions", listing.count);
}

static void print_account(const struct loom_program *program,
                          const struct loom_fleet_account *account)
{
    bool nosec = account->mode == LOOM_SECURITY_NOSEC;
    struct loom_text identity = {(const char *)account->identity.data, account->identity.length};
    if (program->json) {
        struct loom_json json;
        loom_program_begin_event(program, &json, program->port.now(program->port.self), "account");
        loom_json_text(&json, "endpoint", account->endpoint);
        loom_json_string(&json, "security", nosec ? "nosec" : "psk");
        if (!nosec) {
            loom_json_text(&json, "identity", identity);
        }
        loom_json_unsigned(&json, "deletes", account->delete_count);
        loom_json_unsigned(&json, "writes", account->write_count);
        loom_json_end(&json);
        return;
    }
    loom_program_print_text(account->endpoint);
    (void)printf(nosec ? " nosec" : " identity ");
    loom_program_print_text(identity);
    (void)printf(", %zu deletes, %zu writes\n", account->delete_count, account->write_count);
}

static void visit_account(void *user, const struct loom_fleet_account *account)
{
    struct listing *listing = user;
    print_account(listing->program, account);
    listing->count++;
}

static void print_accounts(const struct bootstrap_program *self)
{
    struct listing listing = {&self->program, 0};
    self->program.store.each(self->program.store.self, visit_account, &listing);
    loom_program_print_count(&self->program, "accounts", listing.count);
}

static void push(const struct bootstrap_program *self, char *line)
{
    const char *endpoint = loom_program_word(&line);
    const char *wrong = NULL;
    if (endpoint == NULL) {
        loom_program_complain(&self->program, "expected an endpoint, as in: push my-device");
        return;
    }
    switch (loom_bootstrap_server_push(self->server, loom_program_text(endpoint))) {
    case LOOM_OK:
        break;
    case LOOM_NOT_FOUND:
        wrong = "no account has this endpoint";
        break;
    case LOOM_CONFLICT:
        wrong = "a bootstrap of this endpoint is under way";
        break;
    default:
        wrong =
            "this endpoint has no session here: it must have asked first, and still be connected";
        break;
    }
    if (wrong != NULL) {
        loom_program_complain(&self->program, wrong);
    }
}

static const char words[] = "sessions | accounts | push ENDPOINT | help | quit";

static bool on_line(void *user, char *line)
{
    const struct bootstrap_program *self = user;
    const char *word = loom_program_word(&line);
    if (word == NULL) {
        return true;
    }
    if (strcmp(word, "quit") == 0) {
        return false;
    }
    if (strcmp(word, "sessions") == 0) {
        print_sessions(self);
    } else if (strcmp(word, "accounts") == 0) {
        print_accounts(self);
    } else if (strcmp(word, "push") == 0) {
        push(self, line);
    } else if (strcmp(word, "help") == 0) {
        loom_program_help(&self->program, words);
    } else {
        loom_program_complain(&self->program, "no such command; try help");
    }
    return true;
}

/* ---- main ------------------------------------------------------------------------------------ */

static bool run(struct bootstrap_program *self)
{
    struct loom_program *program = &self->program;
    loom_bootstrap_server_give_packs(self->server, !program->no_pack);
    if (!loom_program_listen(program)) {
        return false;
    }
    while (
        loom_program_turn(program, loom_bootstrap_server_deadline(self->server), on_line, self)) {
        loom_bootstrap_server_step(self->server);
    }
    return true;
}

int main(int argc, char **argv)
{
    static struct bootstrap_program self = {
        .program = {.name = "loom-bootstrap-server", .usage = usage, .kind = LOOM_FLEET_BOOTSTRAP}};
    int status = loom_program_begin(&self.program, argc, argv);
    if (status >= 0) {
        return status;
    }
    if (!loom_program_accounts(&self.program, &loom_catalog_standard)) {
        return EXIT_FAILURE;
    }
    self.server =
        loom_bootstrap_server_create(&self.program.store, &self.program.port, on_event, &self);
    bool good = self.server != NULL &&
                loom_program_open(&self.program, &loom_bootstrap_server_side, self.server) &&
                run(&self);
    loom_bootstrap_server_destroy(self.server);
    loom_program_end(&self.program);
    return good ? EXIT_SUCCESS : EXIT_FAILURE;
}
