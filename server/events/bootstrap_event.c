/* SPDX-License-Identifier: Apache-2.0 */
#include "events/bootstrap_event.h"

#include "events/print.h"

#include <inttypes.h>

static bool has_operation(enum loom_bs_event_kind kind)
{
    return kind == LOOM_BS_SENT || kind == LOOM_BS_ANSWERED || kind == LOOM_BS_VERSION_REFUSED ||
           kind == LOOM_BS_FAILED;
}

static bool has_end(enum loom_bs_event_kind kind)
{
    return kind == LOOM_BS_FINISHED || kind == LOOM_BS_FAILED;
}

/* ---- JSON ------------------------------------------------------------------------------------ */

void loom_bs_event_json(struct loom_json *json, const struct loom_bs_event *event)
{
    if (event->session != 0) {
        loom_json_unsigned(json, "session", event->session);
    }
    loom_json_text(json, "endpoint", event->endpoint);
    loom_json_text(json, "address", event->address);
    if (has_operation(event->kind)) {
        loom_json_string(json, "operation", loom_bs_operation_name(event->operation));
        if (event->operation != LOOM_BS_FINISH) {
            loom_json_path(json, "path", &event->path);
        }
    }
    if (event->code != 0) {
        loom_json_code(json, "code", event->code);
    }
    if (event->reason != LOOM_BS_NO_REASON) {
        loom_json_string(json, "reason", loom_bs_reason_name(event->reason));
    }
    if (event->kind == LOOM_BS_DISCOVERED) {
        loom_json_text(json, "lwm2m", event->lwm2m);
        if (event->bootstrap_instance != LOOM_ID_NONE) {
            loom_json_unsigned(json, "bootstrap_instance", event->bootstrap_instance);
        }
        loom_json_text(json, "links", event->links);
    }
    if (has_end(event->kind)) {
        loom_json_unsigned(json, "duration_ms", event->duration);
    }
}

void loom_bs_session_json(struct loom_json *json, const struct loom_bs_session_info *info,
                          uint64_t now)
{
    loom_json_unsigned(json, "session", info->session);
    loom_json_text(json, "endpoint", info->endpoint);
    loom_json_text(json, "address", info->address);
    loom_json_string(json, "operation", loom_bs_operation_name(info->operation));
    loom_json_path(json, "path", &info->path);
    loom_json_unsigned(json, "answered", info->done);
    loom_json_unsigned(json, "age_ms", now - info->requested);
}

static struct loom_text identity_text(const struct loom_fleet_account *account)
{
    struct loom_text text = {(const char *)account->identity.data, account->identity.length};
    return text;
}

void loom_fleet_account_json(struct loom_json *json, const struct loom_fleet_account *account)
{
    bool nosec = account->mode == LOOM_SECURITY_NOSEC;
    loom_json_text(json, "endpoint", account->endpoint);
    loom_json_string(json, "security", nosec ? "nosec" : "psk");
    if (!nosec) {
        loom_json_text(json, "identity", identity_text(account));
    }
    loom_json_unsigned(json, "deletes", account->delete_count);
    loom_json_unsigned(json, "writes", account->write_count);
}

/* ---- for people ------------------------------------------------------------------------------ */

static bool has_address(enum loom_bs_event_kind kind)
{
    return kind == LOOM_BS_REQUESTED || kind == LOOM_BS_PUSHED || kind == LOOM_BS_REFUSED ||
           kind == LOOM_BS_PACKED;
}

void loom_bs_event_print(FILE *out, const struct loom_bs_event *event)
{
    (void)fprintf(out, "%-10s ", loom_bs_event_name(event->kind));
    loom_print_text(out, event->endpoint);
    if (has_address(event->kind)) {
        (void)fputs(" at ", out);
        loom_print_text(out, event->address);
    }
    if (has_operation(event->kind)) {
        (void)fprintf(out, " %s", loom_bs_operation_name(event->operation));
        if (event->operation != LOOM_BS_FINISH) {
            (void)fputc(' ', out);
            loom_print_path(out, &event->path);
        }
    }
    if (event->code != 0) {
        (void)fputc(' ', out);
        loom_print_code(out, event->code);
    }
    if (event->reason != LOOM_BS_NO_REASON) {
        (void)fprintf(out, " (%s)", loom_bs_reason_name(event->reason));
    }
    if (event->kind == LOOM_BS_DISCOVERED) {
        (void)fputc(' ', out);
        loom_print_text(out, event->links);
    }
    if (has_end(event->kind)) {
        (void)fprintf(out, " after %" PRIu64 " ms", event->duration);
    }
}

void loom_bs_session_print(FILE *out, const struct loom_bs_session_info *info, uint64_t now)
{
    (void)fprintf(out, "session %" PRIu32 " ", info->session);
    loom_print_text(out, info->endpoint);
    (void)fputs(" at ", out);
    loom_print_text(out, info->address);
    (void)fprintf(out, ": %s ", loom_bs_operation_name(info->operation));
    loom_print_path(out, &info->path);
    (void)fprintf(out, ", %zu answered, %" PRIu64 " ms old", info->done, now - info->requested);
}

void loom_fleet_account_print(FILE *out, const struct loom_fleet_account *account)
{
    loom_print_text(out, account->endpoint);
    (void)fputs(account->mode == LOOM_SECURITY_NOSEC ? " nosec" : " identity ", out);
    loom_print_text(out, identity_text(account));
    (void)fprintf(out, ", %zu deletes, %zu writes", account->delete_count, account->write_count);
}
