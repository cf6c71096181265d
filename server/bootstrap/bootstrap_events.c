/* SPDX-License-Identifier: Apache-2.0 */
#include "bootstrap/bootstrap_events.h"

const char *loom_bs_event_name(enum loom_bs_event_kind kind)
{
    static const char *const names[LOOM_BS_EVENT_COUNT] = {
        [LOOM_BS_REQUESTED] = "requested",
        [LOOM_BS_PUSHED] = "pushed",
        [LOOM_BS_PACKED] = "packed",
        [LOOM_BS_REFUSED] = "refused",
        [LOOM_BS_SENT] = "sent",
        [LOOM_BS_ANSWERED] = "answered",
        [LOOM_BS_DISCOVERED] = "discovered",
        [LOOM_BS_VERSION_REFUSED] = "version-refused",
        [LOOM_BS_REPAIRING] = "repairing",
        [LOOM_BS_FINISHED] = "finished",
        [LOOM_BS_FAILED] = "failed",
    };
    return (unsigned)kind < LOOM_BS_EVENT_COUNT ? names[kind] : "unknown";
}

const char *loom_bs_reason_name(enum loom_bs_reason reason)
{
    static const char *const names[LOOM_BS_REASON_COUNT] = {
        [LOOM_BS_NO_REASON] = "none",
        [LOOM_BS_BAD_REQUEST] = "bad-request",
        [LOOM_BS_UNKNOWN_ENDPOINT] = "unknown-endpoint",
        [LOOM_BS_WRONG_IDENTITY] = "wrong-identity",
        [LOOM_BS_UNSUPPORTED_FORMAT] = "unsupported-format",
        [LOOM_BS_PACK_UNSUPPORTED] = "pack-unsupported",
        [LOOM_BS_PACK_REFUSED] = "pack-refused",
        [LOOM_BS_NOT_ACCEPTABLE] = "not-acceptable",
        [LOOM_BS_CLIENT_REFUSED] = "client-refused",
        [LOOM_BS_UNEXPECTED_ANSWER] = "unexpected-answer",
        [LOOM_BS_BAD_DISCOVER] = "bad-discover",
        [LOOM_BS_NO_ANSWER] = "no-answer",
        [LOOM_BS_UNREACHABLE] = "unreachable",
        [LOOM_BS_RESET] = "reset",
        [LOOM_BS_SESSION_LOST] = "session-lost",
        [LOOM_BS_NOT_SENT] = "not-sent",
        [LOOM_BS_ASKED_AGAIN] = "asked-again",
        [LOOM_BS_SHUT_DOWN] = "shut-down",
        [LOOM_BS_NO_MEMORY] = "no-memory",
        [LOOM_BS_NO_STORE] = "no-store",
    };
    return (unsigned)reason < LOOM_BS_REASON_COUNT ? names[reason] : "unknown";
}

const char *loom_bs_operation_name(enum loom_bs_operation operation)
{
    static const char *const names[] = {
        [LOOM_BS_DISCOVER] = "discover",
        [LOOM_BS_DELETE] = "delete",
        [LOOM_BS_WRITE] = "write",
        [LOOM_BS_FINISH] = "finish",
    };
    return (unsigned)operation < sizeof names / sizeof names[0] ? names[operation] : "unknown";
}
