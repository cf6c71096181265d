/* SPDX-License-Identifier: Apache-2.0 */
/* What is checked of what an account links to: rule A-2. */
#include "bootstrap/check.h"

static bool check_link(struct loom_check *check)
{
    struct loom_value value;
    uint16_t instance = loom_cursor_instance(&check->at);
    uint16_t other = 0;
    if (!loom_cursor_read(&check->at, LOOM_ID_SECURITY_OSCORE_SECURITY_MODE, &value) ||
        value.type != LOOM_OBJLNK || value.as.objlnk.object == LOOM_ID_NONE ||
        value.as.objlnk.instance == LOOM_ID_NONE) {
        return true;
    }
    struct loom_objlnk link = value.as.objlnk;
    if (link.object != LOOM_ID_OSCORE ||
        !loom_model_has_instance(check->model, LOOM_ID_OSCORE, link.instance)) {
        return loom_check_fault(check, LOOM_ID_SECURITY_OSCORE_SECURITY_MODE, LOOM_REASON_OSCORE);
    }
    for (; loom_model_next_instance(check->model, LOOM_ID_SECURITY, &other); other++) {
        if (other != instance && other != check->replaced &&
            loom_account_links(check->model, other, LOOM_ID_OSCORE, link.instance)) {
            return loom_check_fault(check, LOOM_ID_SECURITY_OSCORE_SECURITY_MODE,
                                    LOOM_REASON_OSCORE_TWICE);
        }
    }
    return true;
}

const struct loom_linked_accounts_feature loom_feature_linked_accounts = {
    .check = check_link, .links = loom_account_links};
