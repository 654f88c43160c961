/* SPDX-License-Identifier: MIT
 *
 * agon.kernels/1: the host's SIMD kernels, which a rule asks for with agon_host.extension. Included by
 * agon/plugin.h.
 * Errors: AGON_INVALID for shapes that do not agree, told with both shapes; the call's cell ends with it. All are
 * [model] unless they say otherwise. Units: sizes are in floats, never bytes; all else has no unit.
 * Sources: Adam, D. P. Kingma, J. Ba, ICLR 2015 (and its Keras form); decoupled weight decay, I. Loshchilov, F. Hutter,
 * ICLR 2019; GELU, D. Hendrycks, K. Gimpel, arXiv:1606.08415, 2016; Philox4x32-10, J. K. Salmon et al., SC 2011; the
 * lattice step, the article of plugins/monolith.
 */
/* clang-format off: a contract that is laid out by hand, what a member means stands beside it. */
#ifndef AGON_EXT_KERNELS_H_
#define AGON_EXT_KERNELS_H_

#include "agon/base.h"

#ifdef __cplusplus
extern "C" {
#endif

#define AGON_KERNELS_ID "agon.kernels/1"

enum { AGON_NN = 0, AGON_NT = 1, AGON_TN = 2 };
enum {
  AGON_IDENTITY = 0,
  AGON_SIGMOID = 1, /* 1 / (1 + exp(-gain a)) */
  AGON_TANH = 2,    /* tanh(gain a) */
  AGON_RELU = 3,    /* max(gain a - shift, 0); derivative 0 at the kink */
  AGON_GELU = 4     /* exact, with erf */
};

/* Vectors that a rule's own loops may use, beside what its compiler takes for granted. */
enum {
  AGON_SIMD_PLAIN = 0,
  AGON_SIMD_AVX2 = 1,
  AGON_SIMD_AVX512 = 2 /* F, BW, DQ and VL */
};

/* Frozen, as it crosses by value. */
typedef struct agon_activation {
  int32_t kind;
  float gain;  /* 1 for the plain function */
  float shift; /* ReLU's threshold; 0 otherwise */
} agon_activation;

/* C = f(scale * op(A) op(B) + (accumulate ? C : 0) + bias), then C *= multiply elementwise.
 * bias: NULL or `cols of C` floats, added to every row. multiply.data: NULL or shaped as C. */
typedef struct agon_epilogue {
  uint32_t struct_size;
  int32_t accumulate;
  float scale;
  agon_activation activation;
  const float* bias;
  agon_cmat multiply;
  /* Appended; 0 where struct_size ends before them. slopes 1: C is multiplied by f' of slope instead, which is taken
   * from multiply as derivative takes it, h = f(a) for sigmoid and tanh and a for the others, and counted as it
   * counts; the epilogue's own activation is the identity then. */
  int32_t slopes;
  agon_activation slope;
} agon_epilogue;

typedef struct agon_adam {
  uint32_t struct_size;
  int32_t
      keras; /* 0: W -= lr mhat/(sqrt(vhat)+eps); 1: W -= lr sqrt(1-b2^t)/(1-b1^t) m/(sqrt(v)+eps) */
  float lr, beta1, beta2, eps;
  float decay;  /* decoupled: W *= 1 - lr*decay before the step */
  int64_t step; /* t, 1 for the first step */
} agon_adam;

/* A lattice of Z x Y x X sites, i = (z*Y + y)*X + x, with K neighbour offsets. */
typedef struct agon_lattice {
  uint32_t struct_size;
  int32_t z, y, x;
  int32_t neighbours;     /* K */
  int32_t periodic;       /* 0: outside the lattice is zero; 1: wraps on all three axes */
  const int32_t* offsets; /* [K x 3]: dz, dy, dx */
  agon_cmat weights;      /* [Z*Y*X x K] */
} agon_lattice;

/* Work that no machine changes.
 * effective  multiply-accumulates of which neither operand is 0: what an event-driven machine would do. The
 *            host counts them of the first 64 products, then of one in 61, which it takes the others to be like.
 * words      numbers that travel from one unit to another that is not its neighbour: one for each
 *            multiply-accumulate of values with weights (gemm without a transposed A; solve_spd; what
 *            count_macs adds). None where an update takes what is at its synapse already (rank_k, gemm with
 *            A transposed), in element-wise kernels, and in lattice_step, whose units read neighbours. */
typedef struct agon_work {
  uint32_t struct_size;
  int64_t macs;
  int64_t effective;
  int64_t words;
  int64_t weight_writes; /* weights written: sgd, momentum, adam and rank_k count their own */
} agon_work;

/* From each of several products to the next, in floats; bias and multiply are the epilogue's. */
typedef struct agon_steps {
  uint32_t struct_size;
  int64_t a, b, c, bias, multiply;
} agon_steps;

/* What rank_k_opposed_each is asked for beside its products. */
typedef struct agon_opposed {
  uint32_t struct_size;
  /* Rows of A and B, those of the i-th product from up[up_first[i]] to up[up_first[i+1] - 1]; up_first
   * [count + 1] rising from 0. down likewise. */
  const int32_t *up, *down;
  const int64_t *up_first, *down_first;
  const float* sign;       /* [n], of all products */
  agon_mat difference;     /* [m x n], of the first */
  int64_t difference_step; /* floats from each to the next: a multiple of 16, > 0 for several */
} agon_opposed;

/* Every function counts its multiply-accumulates for the cell it runs in; all are [model], and may also be
 * called by the chunks of agon_host.parallel_for, each in its own thread: there on matrices that no other
 * chunk writes. Elsewhere the host may share a large one by its threads, with the same bits. Shapes
 * must agree: a mismatch fails the call's cell with AGON_INVALID and does nothing. Results have the
 * same bits on every SIMD target with FMA. */
typedef struct agon_kernels {
  uint32_t struct_size;
  /* NN: A [m x k], B [k x n]; NT: A [m x k], B [n x k]; TN: A [k x m], B [k x n]. C [m x n].
   * epilogue may be NULL: C = op(A) op(B). */
  agon_status (*gemm)(agon_call*, int32_t transposition, agon_cmat a, agon_cmat b, agon_mat c,
                      const agon_epilogue* epilogue);
  /* Rank-k update over chosen rows: C += scale * sum_{r in rows} A[r,:]^T B[r,:].
   * rows: NULL for all rows of A, otherwise row_count indices. A [r x m], B [r x n], C [m x n]. */
  agon_status (*rank_k)(agon_call*, agon_cmat a, agon_cmat b, const int32_t* rows,
                        int64_t row_count, float scale, agon_mat c);
  /* out = f(a); shapes equal, in place allowed. */
  agon_status (*activate)(agon_call*, agon_activation f, agon_cmat a, agon_mat out);
  /* out = f'(a) from the pre-activation a or from h = f(a): sigmoid and tanh use h, ReLU and GELU a. */
  agon_status (*derivative)(agon_call*, agon_activation f, agon_cmat a, agon_cmat h, agon_mat out);
  /* delta = softmax(logits) - target, row by row; *loss = mean cross-entropy over the rows. */
  agon_status (*softmax_cross_entropy)(agon_call*, agon_cmat logits, agon_cmat target,
                                       agon_mat delta, double* loss);
  /* out = softmax(logits), row by row. */
  agon_status (*softmax)(agon_call*, agon_cmat logits, agon_mat out);
  /* y += alpha x ; out = x * y ; y = scale * y + shift (all elementwise). */
  agon_status (*axpy)(agon_call*, float alpha, agon_cmat x, agon_mat y);
  agon_status (*multiply)(agon_call*, agon_cmat x, agon_cmat y, agon_mat out);
  agon_status (*affine)(agon_call*, float scale, float shift, agon_mat y);
  /* Reductions with a fixed tree. */
  agon_status (*sum)(agon_call*, agon_cmat x, double* out);
  agon_status (*dot)(agon_call*, agon_cmat x, agon_cmat y, double* out);
  /* out[0..cols) (+)= scale * column sums of x. */
  agon_status (*column_sums)(agon_call*, agon_cmat x, float scale, int32_t accumulate, float* out);
  /* Optimiser steps on one tensor: sgd W -= lr g; momentum v = mu v + g, W -= lr v; Adam as above. */
  agon_status (*sgd)(agon_call*, float lr, float decay, agon_cmat gradient, agon_mat weights);
  agon_status (*momentum)(agon_call*, float lr, float mu, float decay, agon_cmat gradient,
                          agon_mat velocity, agon_mat weights);
  agon_status (*adam)(agon_call*, const agon_adam*, agon_cmat gradient, agon_mat m, agon_mat v,
                      agon_mat weights);
  /* One synchronous lattice step for a batch in lanes (all [sites x lanes], lanes a multiple of 16):
   *   d_i = sum_k w_ik o_{i+offset k} + (i in layer z=0 ? alpha u_i : 0)
   *   e_i = d_i - p_i ;  p_i = (1 - lambda) p_i + eta e_i
   * u is [Y*X x lanes] or data == NULL (no input this step). Reads p, writes e and p. */
  agon_status (*lattice_step)(agon_call*, const agon_lattice*, agon_cmat o, agon_cmat u,
                              float alpha, float eta, float lambda, agon_mat p, agon_mat e);
  /* Counter-based (Philox4x32-10): element j of (seed, stream) is the same wherever it is drawn.
   * Fills row by row, skipping padding. uniform: [low, high); normal: mean 0, sd scale. */
  agon_status (*random_uniform)(agon_call*, uint64_t seed, uint64_t stream, float low, float high,
                                agon_mat out);
  agon_status (*random_normal)(agon_call*, uint64_t seed, uint64_t stream, float scale,
                               agon_mat out);
  /* order[0..n): a permutation of 0..n-1. */
  agon_status (*random_permutation)(agon_call*, uint64_t seed, uint64_t stream, int64_t n,
                                    int32_t* order);
  /* Solves (G + ridge I) X = B in double for a symmetric positive definite G [n x n], B [n x m], dense
   * row-major doubles without padding; X overwrites B. AGON_SINGULAR when G + ridge I is not SPD as
   * far as rounding lets one see; B is lost then. */
  agon_status (*solve_spd)(agon_call*, const double* g, int64_t n, double ridge, double* b,
                           int64_t m);
  /* Adds to the count what the rule multiplies and accumulates in loops of its own. */
  void (*count_macs)(agon_call*, int64_t macs);
  /* out[0..n): whole numbers, uniform in [low, high), unbiased. The first m of n are the m of a shorter
   * draw of the same (seed, stream). */
  agon_status (*random_integers)(agon_call*, uint64_t seed, uint64_t stream, int32_t low,
                                 int32_t high, int64_t n, int32_t* out);
  /* out = x; shapes equal, apart. Counts nothing. */
  agon_status (*copy)(agon_call*, agon_cmat x, agon_mat out);
  /* out[0..rows) (+)= scale * row sums of x ; out = the Euclidean norm of each row. A fixed tree in
   * double. */
  agon_status (*row_sums)(agon_call*, agon_cmat x, float scale, int32_t accumulate, float* out);
  agon_status (*row_norms)(agon_call*, agon_cmat x, float* out);
  /* y = min(max(y, low), high), low <= high; NaN stays. */
  agon_status (*clip)(agon_call*, float low, float high, agon_mat y);
  /* AGON_SIMD_...: the widest vectors that the kernels are allowed to use, by this machine and by --simd. A
   * rule that has its loops for several takes this one. Later hosts may know more: what a rule does not
   * know is AGON_SIMD_PLAIN to it. [any] */
  int32_t (*simd)(agon_call*);
  /* The cell's multiply-accumulates so far. For a rule that keeps what it computed once and counts it again
   * where it would have been computed, so that the cost of learning does not depend on memory. */
  int64_t (*macs)(agon_call*);
  /* What a rule does in loops of its own, when count_macs is not all there is to say; NULL counts nothing. And
   * all of the cell so far, to be counted again as after macs. exact 1: from here to the next call every
   * product is looked at, so that the difference of the two is exact; 0: as said above. [any] */
  void (*count_work)(agon_call*, const agon_work*);
  void (*work)(agon_call*, int32_t exact, agon_work* out);
  /* `count` products of one shape in one call: gemm and rank_k of the first's views, the others' each so many
   * floats further on (multiples of 16, >= 0; 0: they share it). Their C lie apart. For nets side by side,
   * whose single calls would cost more than their arithmetic.
   * rank_k_each: rows NULL: all rows of A and B; otherwise the i-th product is over rows[first[i]] to
   * rows[first[i+1] - 1], first [count + 1] rising from 0. */
  agon_status (*gemm_each)(agon_call*, int64_t count, const agon_steps* steps,
                           int32_t transposition, agon_cmat a, agon_cmat b, agon_mat c,
                           const agon_epilogue* epilogue);
  agon_status (*rank_k_each)(agon_call*, int64_t count, const agon_steps* steps, agon_cmat a,
                             agon_cmat b, const int32_t* rows, const int64_t* first, float scale,
                             agon_mat c);
  /* Weights in pairs, as those of + and - synapses of one input: C [2m x n], its upper half += scale * the
   * products over the rows `up`, its lower half likewise over `down`; then difference = sign * (upper half -
   * lower half), column by column, which is what a unit sees of each pair. Bits and counts of two calls of
   * rank_k_each; the difference counts nothing. */
  agon_status (*rank_k_opposed_each)(agon_call*, int64_t count, const agon_steps* steps,
                                     agon_cmat a, agon_cmat b, const agon_opposed* opposed,
                                     float scale, agon_mat c);
  int64_t epilogue_size; /* of agon_epilogue as this host reads it: what lies behind is not seen */
} agon_kernels;

#ifdef __cplusplus
}
#endif
#endif /* AGON_EXT_KERNELS_H_ */
