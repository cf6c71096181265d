/* SPDX-License-Identifier: Apache-2.0 */
/* What is checked of Access Control when the bootstrap server has finished: rules A-82, C-71. */
#include "accounts/access.h"
#include "bootstrap/check.h"

static bool check_instance(struct loom_check *check)
{
    uint32_t object =
        loom_cursor_number(&check->at, LOOM_ID_ACCESS_CONTROL_OBJECT_ID, LOOM_ID_NONE);
    uint32_t owner = loom_cursor_number(&check->at, LOOM_ID_ACCESS_CONTROL_ACCESS_CONTROL_OWNER, 0);
    struct loom_path list =
        loom_key_path(LOOM_KEY(ACCESS_CONTROL, ACL), loom_cursor_instance(&check->at));
    uint16_t ssid = 0;
    if (object >= LOOM_ID_NONE || loom_model_object(check->model, (uint16_t)object) == NULL) {
        return loom_check_fault(check, LOOM_ID_ACCESS_CONTROL_OBJECT_ID, LOOM_REASON_ACCESS_TARGET);
    }
    if (!loom_check_is_known(check, owner, LOOM_ID_NONE)) {
        return loom_check_fault(check, LOOM_ID_ACCESS_CONTROL_ACCESS_CONTROL_OWNER,
                                LOOM_REASON_ACCESS_OWNER);
    }
    for (; loom_resource_next(check->model, &list, &ssid); ssid++) {
        if (!loom_check_is_known(check, ssid, 0)) {
            return loom_check_fault(check, LOOM_ID_ACCESS_CONTROL_ACL, LOOM_REASON_ACCESS_RIGHT);
        }
    }
    return true;
}

static bool check_all(struct loom_check *check)
{
    bool good = true;
    while (good && loom_cursor_next(&check->at)) {
        good = check_instance(check);
    }
    return good;
}

const struct loom_access_control_feature loom_feature_access_control = {
    .check = check_all,
    .rights = loom_access_rights,
    .put_object = loom_access_put_object,
    .own = loom_access_own,
    .disown = loom_access_disown};
