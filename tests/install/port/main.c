/* SPDX-License-Identifier: Apache-2.0 */
/* Opens and closes a port: that takes all that loom::port has to bring. */
#include "loom/port_coap.h"

#include <stdio.h>

int main(void)
{
    static const struct loom_coap_config config;
    static const struct loom_side side;
    struct loom_port port;
    char bound[LOOM_COAP_URI_SIZE];
    struct loom_coap_port *coap = loom_coap_create(&config, &side, NULL, &port);
    enum loom_status status;

    if (coap == NULL) {
        return 1;
    }
    status = loom_coap_listen(coap, "coap://127.0.0.1:0", bound, sizeof bound);
    loom_coap_destroy(coap);
    puts(status == LOOM_OK ? "listened" : "cannot listen");
    return 0;
}
