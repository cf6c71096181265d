/* SPDX-License-Identifier: Apache-2.0 */
#include "management/management_events.h"

const char *loom_dm_event_name(enum loom_dm_event_kind kind)
{
    static const char *const names[LOOM_DM_EVENT_COUNT] = {
        [LOOM_DM_REGISTERED] = "registered",
        [LOOM_DM_UPDATED] = "updated",
        [LOOM_DM_DEREGISTERED] = "deregistered",
        [LOOM_DM_EXPIRED] = "expired",
        [LOOM_DM_HELD] = "held",
        [LOOM_DM_REFUSED] = "refused",
        [LOOM_DM_SENT] = "sent",
        [LOOM_DM_ANSWERED] = "answered",
    };
    return (unsigned)kind < LOOM_DM_EVENT_COUNT ? names[kind] : "unknown";
}

const char *loom_dm_reason_name(enum loom_dm_reason reason)
{
    static const char *const names[LOOM_DM_REASON_COUNT] = {
        [LOOM_DM_NO_REASON] = "none",
        [LOOM_DM_MISSING_PARAMETER] = "missing-parameter",
        [LOOM_DM_BAD_PARAMETER] = "bad-parameter",
        [LOOM_DM_BAD_OBJECT_LIST] = "bad-object-list",
        [LOOM_DM_NO_OBJECT_LIST] = "no-object-list",
        [LOOM_DM_UNSUPPORTED_VERSION] = "unsupported-version",
        [LOOM_DM_UNKNOWN_ENDPOINT] = "unknown-endpoint",
        [LOOM_DM_WRONG_IDENTITY] = "wrong-identity",
        [LOOM_DM_UNKNOWN_LOCATION] = "unknown-location",
        [LOOM_DM_NO_MEMORY] = "no-memory",
    };
    return (unsigned)reason < LOOM_DM_REASON_COUNT ? names[reason] : "unknown";
}

const char *loom_dm_operation_name(enum loom_dm_operation operation)
{
    static const char *const names[] = {
        [LOOM_DM_READ] = "read",       [LOOM_DM_DISCOVER] = "discover", [LOOM_DM_WRITE] = "write",
        [LOOM_DM_EXECUTE] = "execute", [LOOM_DM_CREATE] = "create",     [LOOM_DM_DELETE] = "delete",
    };
    return (unsigned)operation < sizeof names / sizeof names[0] ? names[operation] : "unknown";
}
