/* SPDX-License-Identifier: Apache-2.0 OR MIT */
/* The gates of the benchmark, for C and assembly. */
#ifndef GATES_H
#define GATES_H

#define SVC_NOTHING 0
#define SVC_POINTER 1 /* a pointer and its length */
#define SVC_OTHER 2   /* to the other component */

#endif
