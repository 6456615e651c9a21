;; SPDX-License-Identifier: Apache-2.0 OR MIT
;; memory.copy and memory.fill between two memories, for a runtime to compare with.
(module
  (memory (export "memory 0") 1 1)
  (memory (export "memory 1") 1 1)
  (func (export "copy 0 0") (param i32 i32 i32)
    (memory.copy 0 0 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy 0 1") (param i32 i32 i32)
    (memory.copy 0 1 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy 1 0") (param i32 i32 i32)
    (memory.copy 1 0 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "copy 1 1") (param i32 i32 i32)
    (memory.copy 1 1 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "fill 0") (param i32 i32 i32)
    (memory.fill 0 (local.get 0) (local.get 1) (local.get 2)))
  (func (export "fill 1") (param i32 i32 i32)
    (memory.fill 1 (local.get 0) (local.get 1) (local.get 2))))
