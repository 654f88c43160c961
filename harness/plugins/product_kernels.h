// SPDX-License-Identifier: MIT
//
// The matrix products of agon.kernels/1 over core/kernels.h: checked, counted. All but gemm throw
// std::bad_alloc.
#pragma once

#include "agon/plugin.h"

namespace agon::harness {

agon_status gemm(agon_call* call, int32_t transposition, agon_cmat a, agon_cmat b, agon_mat c,
                 const agon_epilogue* epilogue) noexcept;
agon_status rank_k(agon_call* call, agon_cmat a, agon_cmat b, const int32_t* rows,
                   int64_t row_count, float scale, agon_mat c);
agon_status gemm_each(agon_call* call, int64_t count, const agon_steps* steps,
                      int32_t transposition, agon_cmat a, agon_cmat b, agon_mat c,
                      const agon_epilogue* epilogue);
agon_status rank_k_each(agon_call* call, int64_t count, const agon_steps* steps, agon_cmat a,
                        agon_cmat b, const int32_t* rows, const int64_t* first, float scale,
                        agon_mat c);
agon_status rank_k_opposed_each(agon_call* call, int64_t count, const agon_steps* steps,
                                agon_cmat a, agon_cmat b, const agon_opposed* opposed, float scale,
                                agon_mat c);

}  // namespace agon::harness
