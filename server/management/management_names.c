/* SPDX-License-Identifier: Apache-2.0 */
#include "management/management_server.h"

const char *loom_ms_event_name(enum loom_ms_event_kind kind)
{
    static const char *const names[LOOM_MS_EVENT_COUNT] = {
        [LOOM_MS_REGISTERED] = "registered",
        [LOOM_MS_UPDATED] = "updated",
        [LOOM_MS_DEREGISTERED] = "deregistered",
        [LOOM_MS_EXPIRED] = "expired",
        [LOOM_MS_HELD] = "held",
        [LOOM_MS_REFUSED] = "refused",
        [LOOM_MS_SENT] = "sent",
        [LOOM_MS_ANSWERED] = "answered",
    };
    return (unsigned)kind < LOOM_MS_EVENT_COUNT ? names[kind] : "unknown";
}

const char *loom_ms_reason_name(enum loom_ms_reason reason)
{
    static const char *const names[LOOM_MS_REASON_COUNT] = {
        [LOOM_MS_NO_REASON] = "none",
        [LOOM_MS_MISSING_PARAMETER] = "missing-parameter",
        [LOOM_MS_BAD_PARAMETER] = "bad-parameter",
        [LOOM_MS_BAD_OBJECT_LIST] = "bad-object-list",
        [LOOM_MS_NO_OBJECT_LIST] = "no-object-list",
        [LOOM_MS_UNSUPPORTED_VERSION] = "unsupported-version",
        [LOOM_MS_UNKNOWN_ENDPOINT] = "unknown-endpoint",
        [LOOM_MS_WRONG_IDENTITY] = "wrong-identity",
        [LOOM_MS_UNKNOWN_LOCATION] = "unknown-location",
        [LOOM_MS_NO_MEMORY] = "no-memory",
    };
    return (unsigned)reason < LOOM_MS_REASON_COUNT ? names[reason] : "unknown";
}

const char *loom_ms_operation_name(enum loom_ms_operation operation)
{
    static const char *const names[] = {
        [LOOM_MS_READ] = "read",       [LOOM_MS_DISCOVER] = "discover", [LOOM_MS_WRITE] = "write",
        [LOOM_MS_EXECUTE] = "execute", [LOOM_MS_CREATE] = "create",     [LOOM_MS_DELETE] = "delete",
    };
    return (unsigned)operation < sizeof names / sizeof names[0] ? names[operation] : "unknown";
}

const char *loom_ms_failure_name(enum loom_failure failure)
{
    static const char *const names[] = {
        [LOOM_FAILURE_NONE] = "none",
        [LOOM_FAILURE_TIMEOUT] = "timeout",
        [LOOM_FAILURE_UNREACHABLE] = "unreachable",
        [LOOM_FAILURE_SECURITY] = "security",
        [LOOM_FAILURE_RESET] = "reset",
        [LOOM_FAILURE_CLOSED] = "closed",
    };
    return (unsigned)failure < sizeof names / sizeof names[0] ? names[failure] : "unknown";
}
