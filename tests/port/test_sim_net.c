/* SPDX-License-Identifier: Apache-2.0 */
/* The network of the simulator. */
#include "net.h"
#include "pieces_contract.h"

#include <criterion/criterion.h>

static struct net net;

static void begin(const struct loom_side *side, void *self, struct loom_port *port)
{
    struct loom_port server;

    net_init(&net, 1);
    net_add(&net, 0, NULL, side, self, port);
    net_add(&net, 1, CONTRACT_HOST, side, self, &server);
}

static void run(void)
{
    while (net_due(&net) != UINT64_MAX) {
        net.now = net_due(&net);
        (void)net_run(&net);
    }
    cr_expect_null(net.complaint, "%s", net.complaint);
}

static void end(void)
{
}

static const struct contract_network network = {begin, run, end};

Test(sim_net, gives_pieces)
{
    contract_gives_pieces(&network);
}

Test(sim_net, cuts_wholes)
{
    contract_cuts_wholes(&network);
}
