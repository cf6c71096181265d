# SPDX-License-Identifier: Apache-2.0
# What the golden files are made with.

default size 20
default count 3

object 26300
    room 2
    initial 1
    complete
    persistent
    handled 50 51 52 53 54 55 56 57 58 "Handled list" 60 61
    stream 62 63
    reported 41
    without 70
    size 0 100
    size 5 8
    count 11 5
    value 0 "a?b\"
    value 3 -2
    value 5 00ff41
    value 7 3:0
    value 11 5 -9223372036854775808
    read-only 21 50
    hide 22 51
    secret 5

object 42769
    hidden
    view 0=0 4=11

product gadget lwm2m 1.1
    uses 0
    uses 26300
    others

product small
    uses 26300 1.2
    formats text tlv
    features none
