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
    reported 41
    without 70
    size 0 100
    size 5 8
    count 11 5

object 42769
    hidden
    view 0=0 4=11

product gadget lwm2m 1.1
    uses 0
    uses 26300
    others

product small
    uses 26300 1.2
