# SPDX-License-Identifier: Apache-2.0
# The product profile of the demo device. It needs no function of the product's for any object: what
# is executed is reported, the rest is stored. docs/profile.md describes this file.

default executables reported
default initial 1               # every object has an instance; accounts come by bootstrap
default complete                # with all of its resources, so that there is something to see

object 0                        # LWM2M Security
    room 4                      # one bootstrap server and three servers
    size 3 128                  # PSK identity; rules H.2 ask for 128 bytes
    size 5 64                   # PSK key

object 1                        # LwM2M Server
    room 3

object 5                        # Firmware Update
    firmware                    # the client runs it, with a file

object 42769                    # the draft LWM2M Bootstrap Server, a view on the account in object 0
    hidden
    view 0=0 1=2 2=3 3=5 4=11

product demo_device lwm2m 1.1
    others
