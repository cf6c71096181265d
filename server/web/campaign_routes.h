/* SPDX-License-Identifier: Apache-2.0 */
/**
 * REST of firmware campaigns.
 */
#ifndef LOOM_WEB_CAMPAIGN_ROUTES_H
#define LOOM_WEB_CAMPAIGN_ROUTES_H

#include "http/http.h"
#include "service/campaigns.h"

#ifdef __cplusplus
extern "C" {
#endif

/** Members are private. */
struct loom_web_campaigns {
    struct loom_campaigns *campaigns; /**< NULL: the program has no images */
};

/** Adds the routes; everything outlasts the listener. @return false: no room for them */
bool loom_web_campaigns_begin(struct loom_web_campaigns *web, struct loom_http *http,
                              struct loom_campaigns *campaigns);

#ifdef __cplusplus
}
#endif

#endif
